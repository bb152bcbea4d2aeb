/** Calls `work` with each item, in order, with at most `limit` calls at a time. */
export async function forEach<Item, Result>(
	items: Item[],
	limit: number,
	work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const rest = items.entries();
	const worker = async () => {
		for (const [index, item] of rest) results[index] = await work(item);
	};
	await Promise.all(Array.from({ length: limit }, worker));
	return results;
}
