import { Dialog } from '../../components/dialog.tsx';
import { RiskOrWait } from './risk-standing.tsx';

/** Risk from anywhere, without a place in the layout. */
export function RiskDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Risk" kind="box" onClose={onClose}>
      <RiskOrWait />
    </Dialog>
  );
}
