"""Electronic signatures of documents and decisions, and signatures of other issuers that are recognised."""
