export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Formats the median, with the least and the most value. */
export function spread(values: number[], digits: number): string {
	if (values.length === 0) return "–";
	const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map((value) =>
		value.toFixed(digits),
	);
	return least === most ? `${middle}` : `${middle} (${least}–${most})`;
}

/** Returns the quotients pair by pair: a slow moment of the machine affects both values. */
export function ratios(values: number[], others: number[]): number[] {
	return values.map((value, index) => value / (others[index] ?? Number.NaN));
}
