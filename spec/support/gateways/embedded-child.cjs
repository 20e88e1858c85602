// The embedded gateway as a process of its own, for the end-to-end suites and the benches: they drive it as they drive
// Kong, over HTTP. Options arrive as JSON in the first argument; it reports on the IPC channel.
const { startGateway } = require('../../../dist/dev/index.js');

const options = JSON.parse(process.argv[2]);
const say = (level) => (message) => process.stderr.write(`[${level}] ${message}\n`);
const logger = { error: say('error'), warn: say('warn'), info: say('info'), debug: () => undefined };

startGateway({ ...options, logger }).then(
  (gateway) => {
    process.once('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
    process.once('disconnect', () => void gateway.close().then(() => process.exit(0)));
    const tls = gateway.addresses.find((address) => address.tls);
    process.send({ url: gateway.url, ...(tls && { tlsUrl: `https://127.0.0.1:${tls.port}` }) });
  },
  (error) => {
    process.send({ error: String(error) });
    process.exit(1);
  },
);
