import { lazy, Suspense, useState } from 'react';
import { Notices } from './components/Notices.js';
import { AlarmBanner } from './frame/AlarmBanner.js';
import { DoctorDialog } from './doctor/DoctorDialog.js';
import { AddRobotDialog } from './frame/AddRobotDialog.js';
import { BottomBar } from './frame/BottomBar.js';
import { CommandPalette } from './frame/CommandPalette.js';
import { DeskArea } from './frame/DeskArea.js';
import { DeskTabs } from './frame/DeskTabs.js';
import { EngineBanner } from './frame/EngineBanner.js';
import { HeaderTools } from './frame/HeaderTools.js';
import { Ladder } from './frame/Ladder.js';
import { RobotRail } from './frame/RobotRail.js';
import { ShortcutsDialog } from './frame/ShortcutsDialog.js';
import { SettingsDialog } from './settings/SettingsDialog.js';
import { useGlobalKeys } from './frame/useGlobalKeys.js';
import { usePage } from './stores/pageStore.js';

// With it comes what reads robot files: fetched (from disk) when somebody has a profile.
const ImportProfileDialog = lazy(async () => ({
  default: (await import('./config/ImportProfileDialog.js')).ImportProfileDialog,
}));

export function App() {
  useGlobalKeys();
  return (
    <>
      <div className="frame">
        <RobotRail />
        <main className="frame-main">
          <header className="frame-header">
            <Ladder />
            <HeaderTools />
          </header>
          <EngineBanner />
          <AlarmBanner />
          <DeskTabs />
          <DeskArea />
        </main>
        <BottomBar />
      </div>
      <AddRobotDialog />
      <ProfileImport />
      <CommandPalette />
      <ShortcutsDialog />
      <DoctorDialog />
      <SettingsDialog />
      <Notices />
    </>
  );
}

/** Stays once it was opened, so that it closes as the other dialogs do. */
function ProfileImport() {
  const isOpen = usePage((page) => page.dialog === 'import-profile');
  const [isWanted, setWanted] = useState(false);
  if (isOpen && !isWanted) setWanted(true);
  return (
    isWanted && (
      <Suspense fallback={null}>
        <ImportProfileDialog />
      </Suspense>
    )
  );
}
