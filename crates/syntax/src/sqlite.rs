// Being written by helper db (23:40).
