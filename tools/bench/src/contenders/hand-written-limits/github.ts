import github from "../hand-written/github.ts";
import { exchange } from "./exchange.ts";

export default () => github(exchange);
