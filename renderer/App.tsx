import { Notices } from './components/Notices.js';
import { AlarmBanner } from './frame/AlarmBanner.js';
import { ImportProfileDialog } from './config/ImportProfileDialog.js';
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
      <ImportProfileDialog />
      <CommandPalette />
      <ShortcutsDialog />
      <DoctorDialog />
      <SettingsDialog />
      <Notices />
    </>
  );
}
