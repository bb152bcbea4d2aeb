/** Returns a picture as SVG: the first letter of the login on a colour of its own. */
export function avatar(login: string): string {
	const letter = /[a-z0-9]/i.exec(login)?.[0].toUpperCase() ?? "?";
	const hue = [...login].reduce((sum, character) => sum + character.charCodeAt(0) * 37, 0) % 360;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="hsl(${hue} 55% 42%)"/><text x="48" y="66" fill="#fff" font-family="sans-serif" font-size="52" text-anchor="middle">${letter}</text></svg>`;
}
