// The service behind the sample: the one that `modi start` runs, here in a container of its own.
const { startSampleService } = require('/opt/modi/dist/cli/serve/index.js');

startSampleService({ host: '0.0.0.0', port: 9001 }).then((service) => {
  process.once('SIGTERM', () => void service.close());
});
