using Workerd = import "/workerd/workerd.capnp";

# Without Node's own APIs, which are there unless told by a compatibility date of today.
const today :Workerd.Config = (
	services = [
		(
			name = "app",
			worker = (
				modules = .modules,
				compatibilityDate = "2026-11-01",
				compatibilityFlags = ["no_nodejs_compat_v2"],
			),
		),
		.internet,
	],
	sockets = .sockets,
);

# From before the runtime told of a promise that can never settle.
const earlier :Workerd.Config = (
	services = [(name = "app", worker = (modules = .modules, compatibilityDate = "2024-09-01")), .internet],
	sockets = .sockets,
);

const modules :List(Workerd.Worker.Module) = [(name = "app", esModule = embed "workerd.bundle.js")];

const internet :Workerd.Service = (name = "internet", network = (allow = ["private"]));

const sockets :List(Workerd.Socket) = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")];
