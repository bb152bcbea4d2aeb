/** Returns the values without `undefined` and `""`, so that neither reaches a request, a result or an error. */
export function defined<Value>(values: Record<string, Value | undefined>): Record<string, Value> {
	const kept: Record<string, Value> = {};
	for (const name in values) {
		const value = values[name];
		if (value !== undefined && value !== "") kept[name] = value;
	}
	return kept;
}
