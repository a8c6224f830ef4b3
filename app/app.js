/* Waymark's whole script. Every page works without it. It holds no words: what it shows stands hidden in the page.
 *
 * 1. Exit: Shift three times within five seconds goes where "Exit now" goes, hiding the page at once.
 * 2. Drafts: <form data-draft="contact" data-draft-record="ID"> is sent to POST /draft a second after typing stops
 *    (fields csrf, form, record, data; data is the form's own fields, URL-encoded; answer 204) and asked back with
 *    POST /draft/read (fields csrf, form, record; answer 200 with that data, or 204). Passwords and files never go.
 *    It shows [data-draft-saved], [data-draft-back] or [data-draft-lost] inside the form. */
(function () {
  'use strict';

  /* ---- exit ---- */
  var exit = document.querySelector('a[data-exit]'), presses = [];
  function leave() {
    document.documentElement.hidden = true;
    location.replace(exit.href);
  }
  if (exit) {
    exit.addEventListener('click', function (e) { e.preventDefault(); leave(); });
    document.addEventListener('keydown', function (e) {
      var now = Date.now();
      if (e.key !== 'Shift') { presses = []; return; }
      if (e.repeat) return;
      presses = presses.filter(function (t) { return now - t < 5000; });
      presses.push(now);
      if (presses.length >= 3) leave();
    });
    /* A page kept for the Back button must not be shown again after leaving. */
    window.addEventListener('pageshow', function (e) {
      if (e.persisted) { document.documentElement.hidden = true; location.reload(); }
    });
  }

  /* ---- drafts ---- */
  function fields(form) {
    var out = new URLSearchParams();
    Array.prototype.forEach.call(form.elements, function (el) {
      if (!el.name || el.disabled || el.name === 'csrf' || /^(password|file|submit|button|hidden)$/.test(el.type)) return;
      if ((el.type === 'checkbox' || el.type === 'radio') && !el.checked) return;
      out.append(el.name, el.value);
    });
    return out.toString();
  }

  function fill(form, text) {
    var given = new URLSearchParams(text);
    Array.prototype.forEach.call(form.elements, function (el) {
      if (!el.name || el.name === 'csrf' || /^(password|file|submit|button|hidden)$/.test(el.type)) return;
      if (el.type === 'checkbox' || el.type === 'radio') el.checked = given.getAll(el.name).indexOf(el.value) >= 0;
      else if (given.has(el.name)) el.value = given.get(el.name);
    });
  }

  function show(form, which) {
    ['saved', 'back', 'lost'].forEach(function (name) {
      var el = form.querySelector('[data-draft-' + name + ']');
      if (el) el.hidden = name !== which;
    });
  }

  function send(form, path, data) {
    var body = new URLSearchParams(), csrf = form.elements.namedItem('csrf');
    body.append('csrf', csrf ? csrf.value : '');
    body.append('form', form.dataset.draft);
    body.append('record', form.dataset.draftRecord || '');
    if (data !== null) body.append('data', data);
    return fetch(path, { method: 'POST', body: body, credentials: 'same-origin', cache: 'no-store', redirect: 'error' });
  }

  Array.prototype.forEach.call(document.querySelectorAll('form[data-draft]'), function (form) {
    var timer = 0, asGiven = fields(form), sent = asGiven, touched = false;
    function save() {
      var data = fields(form);
      clearTimeout(timer);
      if (data === sent) return;
      send(form, '/draft', data).then(function (reply) {
        if (reply.ok) sent = data;
        show(form, reply.ok ? 'saved' : 'lost');
      }).catch(function () {
        show(form, 'lost');
        timer = setTimeout(save, 10000); /* no signal: try again */
      });
    }
    form.addEventListener('input', function () {
      touched = true;
      clearTimeout(timer);
      timer = setTimeout(save, 1000);
    });
    document.addEventListener('visibilitychange', function () { if (document.hidden && touched) save(); });
    form.addEventListener('submit', function () { clearTimeout(timer); });
    send(form, '/draft/read', null).then(function (reply) {
      return reply.status === 200 ? reply.text() : '';
    }).then(function (data) {
      if (!data || touched || data === asGiven) return;
      fill(form, data);
      sent = fields(form);
      show(form, 'back');
    }).catch(function () { /* the page as given is still right */ });
  });
}());
