export { forward } from "./forward.ts";
export { type Demo, type DemoContext, runDemo } from "./run-demo.ts";
export { openSqliteFile } from "./sqlite-file.ts";
