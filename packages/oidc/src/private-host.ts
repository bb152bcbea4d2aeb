const IPV4 =
	/^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+$/;
/** Unspecified, loopback and IPv4 in IPv6, also by NAT64; unique local and link-local. */
const IPV6 = /^\[(::|f[cd]|fe[89a-f]|64:ff9b:)/;

/**
 * Tells whether a URL's hostname is this machine or an IP address in a private network. Names are not resolved.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6890
 */
export function isPrivateHost(hostname: string): boolean {
	return /^(.*\.)?localhost\.?$/.test(hostname) || IPV4.test(hostname) || IPV6.test(hostname);
}
