/** An engine that cannot start for a reason that starting again does not mend. */
import type { ParentPort } from '../../src-engine/gateway/host-link.ts';

const { parentPort: port } = process as unknown as { parentPort: ParentPort };
port.postMessage({ t: 'refused', message: 'data-dir: is in use by the engine with process id 4711.' });
setImmediate(() => process.exit(2));
