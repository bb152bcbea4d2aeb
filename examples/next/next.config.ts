import type { NextConfig } from "next";

// `next build` sends no telemetry.
process.env.NEXT_TELEMETRY_DISABLED = "1";

export default {
	poweredByHeader: false,
	experimental: {
		// Where users reach this app, if a proxy in front of it sends another host name.
		serverActions: { allowedOrigins: process.env.ORIGIN ? [new URL(process.env.ORIGIN).host] : [] },
	},
} satisfies NextConfig;
