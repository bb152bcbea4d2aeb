/** Where users reach this app: the callback URLs begin with it, and its forms come from there. */
export const ORIGIN = process.env.ORIGIN || "http://localhost:5173";

export const isSecure = ORIGIN.startsWith("https:");
