// A PostgreSQL server of its own for a test that stops and starts it: forked, and told by messages what to do. Ends with
// whoever started it.
import { startPostgres } from './postgres.mjs';

const server = await startPostgres();

async function stop() {
  await server.stop();
  process.exit(0);
}

process.on('message', async message => {
  if (message === 'stop') await stop();
  if (message === 'pause') await server.pause();
  if (message === 'resume') await server.resume();
  process.send({ done: message });
});
process.on('disconnect', () => void stop());
process.send({ connectionString: server.connectionString });
