import { useState } from 'react';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { setPage } from '../stores/pageStore.js';

/** The first thing seen when no robot is known: two ways on. */
export function Welcome() {
  const session = useSession();
  const rosProblem = useStatusFrame()?.rosProblem ?? null;
  const [starting, setStarting] = useState(false);
  const startDemo = async (): Promise<void> => {
    setStarting(true);
    const result = await session.ask('robots.startDemo', {}, demoStartMs);
    setStarting(false);
    if (result.ok) await session.lookAt(result.value.robot);
  };
  return (
    <div className="welcome" data-testid="welcome">
      <h2>No robot yet</h2>
      <p>
        Tether shows what a robot says, keeps it safely on this laptop&apos;s disk, and sends it to CloudWatch when
        there is a link.
      </p>
      <div className="welcome-cards">
        <section className="welcome-card">
          <h3>Start the demo robot</h3>
          <p>
            A real ROS 2 robot in a process of its own, with a fault developing in its left motor. It uploads to a
            CloudWatch on this laptop: no AWS account needed, nothing leaves the machine.
          </p>
          <Button look="primary" disabled={starting} data-testid="start-demo" onClick={() => void startDemo()}>
            {starting ? 'Starting…' : 'Start the demo robot'}
          </Button>
        </section>
        <section className="welcome-card">
          <h3>Connect a robot</h3>
          <p>
            Any robot on this network: by its ROS_DOMAIN_ID, its ROS 1 master or its Foxglove bridge. Its /rosout is
            here at once. Nothing is installed on the robot.
          </p>
          <Button
            data-testid="connect-robot"
            onClick={() => {
              setPage({ dialog: 'add-robot' });
            }}
          >
            Connect a robot…
          </Button>
        </section>
      </div>
      {rosProblem !== null && (
        <div className="welcome-note">
          <ProblemCallout problem={rosProblem} />
        </div>
      )}
    </div>
  );
}

/** The demo's message package may have to be found and its process started. */
const demoStartMs = 60_000;
