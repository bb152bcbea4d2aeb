import { ProblemCard } from "#components/problem-card.tsx";
import { problems } from "#lib/problems.ts";
import { getSession } from "#lib/session.ts";

export default async function NotFoundPage() {
	return <ProblemCard problem={problems.NOT_FOUND} isSignedIn={Boolean(await getSession())} />;
}
