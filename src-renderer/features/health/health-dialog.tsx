import { Dialog } from '../../components/dialog.tsx';
import { HealthOrWait } from './health.tsx';

/** Engine health from anywhere, without a place in the layout. */
export function HealthDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Engine health" kind="box" onClose={onClose}>
      <HealthOrWait />
    </Dialog>
  );
}
