import google from "../hand-written/google.ts";
import { exchange } from "./exchange.ts";

export default () => google(exchange);
