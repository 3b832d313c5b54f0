import { Server } from 'lucide-react';
import { useHost } from '../../engine/host.ts';

/** Beside the mode: where the engine is, when it is not on this machine. */
export function EnginePlace() {
  const engine = useHost((host) => host.engine);
  if (engine === '') return null;
  return (
    <span
      className="engine-place"
      role="status"
      aria-label="Engine"
      title="This window shows and commands an engine on another machine"
    >
      <Server size={14} aria-hidden="true" />
      AT <strong>{engine}</strong>
    </span>
  );
}
