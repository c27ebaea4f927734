// Being written by the lead (23:40): located XML trees on quick-xml, for .oeaccount, Autodiscover, autoconfig, .k9s.
