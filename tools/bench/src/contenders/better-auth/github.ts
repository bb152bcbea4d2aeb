import { routes } from "./routes.ts";

export default () => routes("github", "id");
