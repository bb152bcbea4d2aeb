const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export function isIdentifier(name: string): boolean {
	return IDENTIFIER.test(name);
}

/** Returns the first name of a dotted path. */
export function topOf(path: string): string {
	return path.split(".")[0] ?? path;
}

/** Returns a name as the key of an object or an interface. */
export function toKey(name: string): string {
	return isIdentifier(name) ? name : JSON.stringify(name);
}
