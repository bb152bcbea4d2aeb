import type { NextConfig } from "next";

// `next build` says nothing about this machine to anybody.
process.env.NEXT_TELEMETRY_DISABLED = "1";

export default {
	poweredByHeader: false,
	experimental: {
		// Where people reach this app, if a proxy in front of it says another name.
		serverActions: { allowedOrigins: process.env.ORIGIN ? [new URL(process.env.ORIGIN).host] : [] },
	},
} satisfies NextConfig;
