/** What a page may load. Next reads the nonce in it and gives it to its scripts; no others run. */
export function contentSecurityPolicy(): string {
	const nonce = crypto.randomUUID();
	// No `form-action`: linking is a form whose answer leads to the provider, which browsers count in.
	return [
		"default-src 'none'",
		`script-src 'nonce-${nonce}' 'strict-dynamic'`,
		"style-src 'self'",
		// Pictures come from wherever the provider keeps them; over http only from this machine.
		"img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
		// Server actions are requests of a script's, where there are scripts.
		"connect-src 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	].join("; ");
}
