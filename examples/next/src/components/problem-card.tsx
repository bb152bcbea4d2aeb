import type { Problem } from "#lib/problems.ts";

export function ProblemCard({ problem, isSignedIn }: { problem: Problem; isSignedIn: boolean }) {
	const { status, message, advice } = problem;
	return (
		<section className="card">
			<title>{message}</title>
			<p className="status">{status}</p>
			<h1>{message}</h1>
			<p>{advice}</p>
			<a className="button primary" href={isSignedIn ? "/" : "/login"}>
				{isSignedIn ? "Back to your account" : "Go to the sign-in page"}
			</a>
		</section>
	);
}
