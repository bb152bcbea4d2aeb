import { openSqliteFile, runDemo } from "@oauth/example-launcher";
import next from "next";

await runDemo({
	folder: import.meta.dirname,
	built: ".next/BUILD_ID",
	openDatabase: openSqliteFile,
	async loadApp({ folder }) {
		const app = next({ dev: false, dir: folder });
		await app.prepare();
		return app.getRequestHandler();
	},
});
