import { ConfirmSection } from './confirm-section.tsx';
import { ButtonSection } from './button-section.tsx';
import { DialogSection, MenuSection } from './dialog-section.tsx';
import { FigureSection, GaugeSection } from './figure-section.tsx';
import { FormSection } from './form-section.tsx';
import { ModeSection, NoticeSection, StatusSection } from './notice-section.tsx';
import { TableSection } from './table-section.tsx';
import { TokenSection } from './token-section.tsx';

/** The page. Each section is one family of components. */
export function Gallery() {
  return (
    <main className="gallery">
      <h1>Components</h1>
      <ModeSection />
      <div className="gallery-columns">
        <ButtonSection />
        <ConfirmSection />
        <NoticeSection />
        <StatusSection />
        <FigureSection />
        <GaugeSection />
        <FormSection />
        <MenuSection />
        <DialogSection />
        <TableSection />
        <TokenSection />
      </div>
    </main>
  );
}
