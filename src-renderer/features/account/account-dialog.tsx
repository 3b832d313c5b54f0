import { Dialog } from '../../components/dialog.tsx';
import { AccountOrWait } from './account-standing.tsx';

/** The account from anywhere, without a place in the layout. */
export function AccountDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Account" kind="box" onClose={onClose}>
      <AccountOrWait />
    </Dialog>
  );
}
