/** Writes a JSON file. */
export function toJson(content: object): string {
	return `${JSON.stringify(content, null, "\t")}\n`;
}

/** Replaces the lines between `<!-- name … -->` and `<!-- /name -->`. */
export function replaceComputed(text: string, name: string, content: string): string {
	const marked = new RegExp(`(<!-- ${name}\\b.*-->\n)[\\s\\S]*?(<!-- /${name} -->\n)`);
	if (!marked.test(text)) throw new Error(`<!-- ${name} --> and <!-- /${name} --> are missing`);
	return text.replace(marked, (_, begin, end) => `${begin}\n${content}\n\n${end}`);
}
