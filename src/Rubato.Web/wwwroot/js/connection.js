// What the person sees when the server is gone: a notice, and the page loads again by itself once it answers.
const notice = document.getElementById('components-reconnect-modal');
const say = text => { notice.querySelector('[data-text]').textContent = text; };

async function answers() {
  try {
    return (await fetch('ready', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

async function loadWhenBack() {
  say('The server restarted or forgot this page. It loads again as soon as the server answers.');
  while (!await answers()) await new Promise(done => setTimeout(done, 1000));
  location.reload();
}

notice.addEventListener('components-reconnect-state-changed', async event => {
  switch (event.detail.state) {
    case 'show':
      say('The connection to the server is lost. Trying again…');
      notice.hidden = false;
      break;
    case 'hide':
      notice.hidden = true;
      break;
    case 'failed':
    case 'rejected':
      notice.hidden = false;
      await loadWhenBack();
      break;
  }
});
notice.querySelector('button').addEventListener('click', () => location.reload());
