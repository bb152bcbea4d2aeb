import { afterAll, describe } from "vitest";
import { importDatabase } from "./examples.ts";
import { cleanUp } from "./launch.ts";
import { testConnections } from "./suite/connections.ts";
import { testDemo } from "./suite/demo.ts";
import { exampleTest } from "./suite/example-test.ts";
import { testFailures } from "./suite/failures.ts";
import { testForms } from "./suite/forms.ts";
import { testLinking } from "./suite/linking.ts";
import { testPages } from "./suite/pages.ts";
import { testSignIn } from "./suite/sign-in.ts";

/** The tests that all examples have in common. Each example calls them in a file of its own, so they run side by side. */
export async function testExample(name: string): Promise<void> {
	const database = await importDatabase(name);
	const test = exampleTest(name, database);
	describe(`examples/${name}`, () => {
		// Starting an app may take longer than a test.
		test.beforeAll(({ app }) => void app);
		afterAll(cleanUp);

		testSignIn(test);
		testLinking(test);
		testFailures(test);
		testForms(test);
		testPages(test);
		if (database.readGrants) testConnections(test, database);
		testDemo(test, name, database);
	});
}
