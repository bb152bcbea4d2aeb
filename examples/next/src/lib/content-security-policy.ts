/** Returns the policy for what a page may load. Next takes the nonce from it for its own scripts; no others run. */
export function contentSecurityPolicy(): string {
	const nonce = crypto.randomUUID();
	// No `form-action`: browsers apply it to redirects too, and the form that links an account redirects to the provider.
	return [
		"default-src 'none'",
		`script-src 'nonce-${nonce}' 'strict-dynamic'`,
		"style-src 'self'",
		// Pictures come from the providers' hosts, which vary; over http only from this machine.
		"img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
		// Where scripts run, server actions are requests by a script.
		"connect-src 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	].join("; ");
}
