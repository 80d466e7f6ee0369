"""What is known of orders, deliveries, invoices and payments: append-only, and asked as of an import."""
