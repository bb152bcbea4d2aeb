import { answer } from "./app.js";

export default { fetch: answer };
