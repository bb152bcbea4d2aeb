/** Without what is `undefined` or `""`, so that neither reaches a request, an answer or an error. */
export function defined<Value>(values: Record<string, Value | undefined>): Record<string, Value> {
	return Object.fromEntries(
		Object.entries(values).filter(
			(entry): entry is [string, Value] => entry[1] !== undefined && entry[1] !== "",
		),
	);
}
