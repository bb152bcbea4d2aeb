import { github } from "@oauth/github";
import { CLIENT, redirectUriOf } from "../../sign-in.ts";
import { routes } from "./routes.ts";

export default () => routes(github({ ...CLIENT, redirectUri: redirectUriOf("github") }));
