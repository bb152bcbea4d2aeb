import { ProblemCard } from "#components/problem-card.tsx";
import { problemAt } from "#lib/problems.ts";
import { getSession } from "#lib/session.ts";

/** The URL contains only a code, so nobody can put words on this page. `proxy.ts` sets its status. */
export default async function ProblemPage({ params }: PageProps<"/problem/[code]">) {
	const { code } = await params;
	return <ProblemCard problem={problemAt(code)} isSignedIn={Boolean(await getSession())} />;
}
