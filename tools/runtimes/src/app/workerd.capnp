using Workerd = import "/workerd/workerd.capnp";

# Without Node's APIs, which today's compatibility date would otherwise turn on.
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

# Before the runtime reported promises that can never settle.
const earlier :Workerd.Config = (
	services = [(name = "app", worker = (modules = .modules, compatibilityDate = "2024-09-01")), .internet],
	sockets = .sockets,
);

const modules :List(Workerd.Worker.Module) = [(name = "app", esModule = embed "workerd.bundle.js")];

const internet :Workerd.Service = (name = "internet", network = (allow = ["private"]));

const sockets :List(Workerd.Socket) = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")];
