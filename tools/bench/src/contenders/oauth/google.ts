import { google } from "@oauth/google";
import { CLIENT, redirectUriOf } from "../../sign-in.ts";
import { routes } from "./routes.ts";

export default () => routes(google({ ...CLIENT, redirectUri: redirectUriOf("google") }));
