import { main } from '../cli/main.ts';
import { keepPrivate } from '../lib/whole-file.ts';

// Whatever the umask is: databases, recordings and reports are this user's.
keepPrivate();
process.exitCode = await main(process.argv.slice(2));
