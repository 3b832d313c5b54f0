/** An engine that ends as soon as it has started. */
process.exit(7);
