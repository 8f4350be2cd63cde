"""Papers as PDF: one look for all, fonts delivered with the service, no system font."""
