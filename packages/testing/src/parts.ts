/** Yields the path of each part of a response, at every depth. */
export function* partsOf(value: unknown, path: string[] = []): Generator<string[]> {
	for (const [name, part] of Object.entries(isContainer(value) ? value : {})) {
		yield [...path, name];
		yield* partsOf(part, [...path, name]);
	}
}

/** Returns the names in a recorded path. A name may contain a dot itself, as in some claims. */
export function namesOf(value: unknown, path: string): string[] {
	return [...partsOf(value)].find((names) => names.join(".") === path) ?? path.split(".");
}

/** Returns the part at a path; `undefined` if there is none. */
export function partAt(value: unknown, path: string[]): unknown {
	return path.reduce((part, name) => (isContainer(part) ? part[name] : undefined), value);
}

/** Returns a copy with another value at a path, or without the part if the value is `undefined`. */
export function replacePart(value: unknown, [name, ...rest]: string[], part: unknown): unknown {
	if (name === undefined) return part;
	if (Array.isArray(value)) {
		const replaced = replacePart(value[Number(name)], rest, part);
		return replaced === undefined
			? value.filter((_, index) => index !== Number(name))
			: value.with(Number(name), replaced);
	}
	const { [name]: old, ...others } = value as Record<string, unknown>;
	const replaced = replacePart(old, rest, part);
	return replaced === undefined ? others : { ...others, [name]: replaced };
}

export function isContainer(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}
