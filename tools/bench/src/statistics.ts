export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Returns the median with the least and the most, to read. */
export function spread(values: number[], digits: number): string {
	if (values.length === 0) return "–";
	const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map((value) =>
		value.toFixed(digits),
	);
	return least === most ? `${middle}` : `${middle} (${least}–${most})`;
}

/** Compares pair by pair: what the machine did meanwhile, it did to both. */
export function ratios(values: number[], others: number[]): number[] {
	return values.map((value, index) => value / (others[index] ?? Number.NaN));
}
