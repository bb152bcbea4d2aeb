import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { App } from "./app.ts";
import { login } from "./login.ts";
import { AccountPage } from "./pages/account-page.tsx";
import { LoginPage } from "./pages/login-page.tsx";
import { renderProblem } from "./pages/problem-page.tsx";
import { isProblemCode, problems } from "./problems.ts";
import { checkOrigin, securityHeaders } from "./security.ts";
import { endSession, findSession, sessionToken } from "./sessions.ts";
import { readAccounts } from "./users.ts";

const app = new Hono<App>();

app.use(securityHeaders, checkOrigin);
app.use(
	methodNotAllowed({
		app,
		onMethodNotAllowed(c, methods) {
			c.header("allow", methods.join(", "));
			return renderProblem(c, { ...problems.NOT_FOUND, status: 405 });
		},
	}),
);
app.use(async (c, next) => {
	c.set("session", await findSession(sessionToken(c)));
	await next();
	// The content depends on the user who is signed in.
	c.header("cache-control", "no-store");
});

app.get("/", async (c) => {
	const { session } = c.var;
	if (!session) return c.redirect("/login", 303);
	const { user } = session;
	return c.html(<AccountPage user={user} accounts={await readAccounts(user.id)} />);
});

app.get("/login", (c) => (c.var.session ? c.redirect("/", 303) : c.html(<LoginPage />)));
app.route("/login", login);

app.post("/logout", async (c) => {
	await endSession(c);
	return c.redirect("/login", 303);
});

// The URL contains only a code, so nobody can put words on this page.
app.get("/problem/:code", (c) => {
	const code = c.req.param("code");
	return renderProblem(c, problems[isProblemCode(code) ? code : "NOT_FOUND"]);
});

app.notFound((c) => renderProblem(c, problems.NOT_FOUND));

app.onError((error, c) => {
	console.error(error);
	return renderProblem(c, problems.UNEXPECTED);
});

export default app;
