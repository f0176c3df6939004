/**
 * `javascript/embeddinglib.js`: our own implementation of the vendor's Embedding SDK, written from its documented API
 * and from the messages it exchanges with the frame. It keeps the traps that a portal must survive: no time-outs
 * anywhere, a login that failed leaves its cookie path marked "logging in", and a dashboard object that is dead after
 * the SDK's own re-login.
 *
 * Plain script text, because browsers load it as it is. `oldSdk` makes it behave like builds up to January 2024.
 */
export function embeddingLib(oldSdk: boolean): string {
  return script.replace("__OLD_SDK__", String(oldSdk));
}

const script = String.raw`/* Portico sandbox: clean-room Embedding SDK. Not the vendor's code. */
(function () {
  "use strict";
  var OLD = __OLD_SDK__;
  // Older builds compile their input schemas while loading, hence need 'unsafe-eval'.
  if (OLD) new Function("return true")();

  var EventType = {
    ON_ERROR: "onError",
    ON_SESSION_ERROR: "onSessionError",
    ON_FILTER_UPDATED: "onFilterUpdated",
    ON_GRAPHICS_SELECTED: "onGraphicsSelected",
    ON_PAGE_SWITCHED: "onPageSwitched",
    ON_PAGE_LOADED: "onPageLoaded",
    ON_LAYOUT_CHANGED: "onLayoutChanged",
    ON_PROMPT_ANSWERED: "onPromptAnswered",
    ON_PROMPT_LOADED: "onPromptLoaded",
    ON_VIZ_SELECTION_CHANGED: "onVizSelectionChanged",
    ON_DOSSIER_INSTANCE_ID_CHANGE: "onDossierInstanceIDChange",
    ON_VISUALIZATION_RESIZED: "onVisualizationResized",
    ON_PANEL_SWITCHED: "onPanelSwitched",
    ON_VIZ_ELEMENT_CHANGED: "onVisualizationElementsChanged",
    ON_DOSSIER_AUTHORING_SAVED: "onDossierAuthoringSaved",
    ON_DOSSIER_AUTHORING_CLOSED: "onDossierAuthoringClosed",
    ON_PAGE_RENDER_FINISHED: "onPageRenderFinished",
    ON_LIBRARY_ITEM_SELECTED: "onLibraryItemSelected",
    ON_LIBRARY_MENU_SELECTED: "onLibraryMenuSelected",
    ON_LIBRARY_ITEM_SELECTION_CLEARED: "onLibraryItemSelectionCleared",
    ON_DOSSIER_INSTANCE_CHANGED: "onDossierInstanceChanged",
    ON_COMPONENT_SELECTION_CHANGED: "onComponentSelectionChanged",
    ON_INSTANCE_CHANGED: "onInstanceChanged"
  };
  var CustomAuthenticationType = { IDENTITY_TOKEN: "loginWithIdentityToken", AUTH_TOKEN: "loginWithAuthToken" };
  var MESSAGES = { handshake: true, raiseevent: true, funccall: true };

  var mids = 0;
  var dids = 0;
  /** All embeds of this script, in the order they were made. */
  var embeds = [];
  /** Cookie path -> login state, shared by all embeds of one Library. */
  var logins = {};

  // ---------------------------------------------------------------- messages

  /** Talks to one document in the frame. A reload of the frame needs a new one. */
  function Router(embed) {
    var self = this;
    this.embed = embed;
    this.pending = {};
    this.handlers = {};
    this.target = embed.frame.contentWindow;
    this.ready = new Promise(function (resolve, reject) {
      self.settleHandshake = resolve;
      self.failHandshake = reject;
    });
    this.listener = function (event) { self.receive(event); };
    window.addEventListener("message", this.listener);
    this.post({ mt: "handshake", mid: nextMid(), did: embed.did });
  }
  function nextMid() { mids += 1; return "msg" + mids; }

  Router.prototype.post = function (message) { this.target.postMessage(message, this.embed.origin); };

  Router.prototype.receive = function (event) {
    var message = event.data;
    if (event.origin !== this.embed.origin || !message || typeof message !== "object") return;
    if (!MESSAGES[message.mt] || message.did !== this.embed.did) return;
    if (!this.shaken) {
      this.shaken = true;
      if (message.mt !== "handshake") return this.failHandshake(new Error("The first message must be a handshake"));
      return this.settleHandshake();
    }
    if (message.mt === "raiseevent") return this.raise(message.name, message.value);
    if (message.mt !== "funccall") return;
    if (message.func !== undefined) return this.answer(message);
    var resolve = this.pending[message.mid];
    if (!resolve) return;
    delete this.pending[message.mid];
    resolve(message.value);
  };

  /** A call from the page to the portal: only newer builds answer. */
  Router.prototype.answer = function (message) {
    var self = this;
    var method = this.embed[message.func];
    if (OLD) return;
    var reply = function (result) {
      self.post({ mt: "funccall", mid: message.mid, did: self.embed.did, result: result });
    };
    Promise.resolve()
      .then(function () { return method.call(self.embed, message.param); })
      .then(function (value) { reply({ valid: true, value: value }); }, function (error) { reply({ valid: false, error: error }); });
  };

  /** Calls a function in the page; settles when, and only when, the page answers. */
  Router.prototype.call = function (func, param) {
    var self = this;
    return new Promise(function (resolve) {
      var message = { mt: "funccall", mid: nextMid(), did: self.embed.did, func: func };
      if (param !== undefined) message.param = param;
      self.pending[message.mid] = resolve;
      self.post(message);
    });
  };

  Router.prototype.raise = function (name, value) {
    (this.handlers[name] || []).slice().forEach(function (handler) { handler(value); });
  };
  Router.prototype.registerEventHandler = function (name, handler) {
    (this.handlers[name] = this.handlers[name] || []).push(handler);
  };
  Router.prototype.removeEventHandler = function (name, handler) {
    this.handlers[name] = (this.handlers[name] || []).filter(function (one) { return one !== handler; });
  };
  // So spelled where portals get the router itself.
  Router.prototype.removeEventhandler = Router.prototype.removeEventHandler;
  Router.prototype.once = function (name) {
    var self = this;
    return new Promise(function (resolve) {
      var handler = function (value) { self.removeEventHandler(name, handler); resolve(value); };
      self.registerEventHandler(name, handler);
    });
  };
  Router.prototype.close = function () {
    window.removeEventListener("message", this.listener);
    this.target = null;
  };

  // ---------------------------------------------------------------- embeds

  /** One frame in one placeholder. "kind" says which API made it. */
  function Embed(kind, props) {
    this.kind = kind;
    for (var key in props) this[key] = props[key];
    this.props = props;
    this.url = pageAddress(kind, props);
    var address = new URL(this.url, location.href);
    this.origin = address.origin;
    this.loginUrl = loginAddress(address);
    this.loginPath = loginStateKey(kind, props, address);
    this.cookiePath = "/" + (address.pathname.split("/")[1] || "");
    dids += 1;
    this.did = "dossierInstance" + dids;
  }
  Embed.prototype.getEmbedApiVersion = function () { return this.kind.version; };
  Embed.prototype.getEmbedPageType = function () { return this.kind.pageType; };
  Embed.prototype.getLoginToken = function () {
    return (this.props.getLoginToken || builtInLoginToken).call(this, this);
  };

  Embed.prototype.mount = function () {
    var placeholder = this.props.placeholder;
    embeds.slice().forEach(function (other) { if (other.props.placeholder === placeholder) other.destroy(); });
    shape(this.props);
    var frame = document.createElement("iframe");
    frame.setAttribute("MSTR-Embed-IFrame", "true");
    frame.style.width = "100%";
    frame.style.height = "100%";
    frame.style.border = "0";
    if (this.props.permissions && this.props.permissions.allowClipboardWrite) frame.allow = "clipboard-write";
    this.frame = frame;
    embeds.push(this);
    var self = this;
    frame.addEventListener("load", function () {
      // The empty document every new frame starts with also "loads".
      if (self.phase) self.loaded();
    });
    placeholder.appendChild(frame);
    if (this.props.enableCustomAuthentication) {
      this.login = logins[this.loginPath] = logins[this.loginPath] || { waiting: [] };
    }
  };

  Embed.prototype.go = function (phase, url) {
    this.phase = phase;
    this.frame.contentWindow.location.replace(url);
  };

  /** Every load of the frame gets a new router and a new handshake. */
  Embed.prototype.loaded = function () {
    var self = this;
    var phase = this.phase;
    if (this.router) this.router.close();
    var router = (this.router = new Router(this));
    var answered = router.ready.then(function () {
      if (phase === "login") return self.onLoginPage && self.onLoginPage(router);
      return self.onPage(router);
    });
    // A wrong first message ends in an unhandled rejection, as with the vendor's builds.
    void answered;
  };

  Embed.prototype.onPage = function (router) {
    var silent = this.relogged;
    this.relogged = false;
    if (!silent && this.props.onMsgRouterReadyHandler) this.props.onMsgRouterReadyHandler({ MsgRouter: router });
    if (this.opened) return;
    this.opened = true;
    this.onFirstPage(router);
  };

  Embed.prototype.destroy = function () {
    var self = this;
    embeds = embeds.filter(function (other) { return other !== self; });
    if (this.router) this.router.close();
    this.frame.remove();
    var last = !embeds.some(function (other) { return other.login && other.loginPath === self.loginPath; });
    if (!last || !this.login) return;
    clearTimeout(this.login.timer);
    delete logins[this.loginPath];
  };

  function shape(props) {
    var style = props.placeholder.style;
    if (props.enableResponsive) {
      style.position = "relative";
      style.overflow = "hidden";
    } else if (!style.width) style.width = props.containerWidth || "800px";
    if (!style.height) style.height = props.containerHeight || "600px";
  }

  // ---------------------------------------------------------------- login

  /** Resolves when the frame may go to its page. */
  function signIn(embed) {
    return new Promise(function (resolve, reject) {
      embed.onLoginPage = function (router) {
        embed.onLoginPage = null;
        loginStep(embed, router).then(resolve, reject);
      };
      embed.go("login", embed.loginUrl);
    });
  }

  function loginStep(embed, router) {
    var login = embed.login;
    return router.call("isISessionAlive").then(function (alive) {
      // Newer builds use whatever session the cookies lead to; older ones log the first embed in anew.
      if (alive && (!OLD || login.done)) { login.done = true; return undefined; }
      if (login.busy) return new Promise(function (resolve) { login.waiting.push(resolve); });
      login.busy = true;
      return redeem(embed, router).then(function () {
        login.busy = false;
        login.done = true;
        login.waiting.splice(0).forEach(function (resolve) { resolve(); });
      });
    });
  }

  /** Asks for a token and hands it to the page. A failure leaves the cookie path marked "busy". */
  function redeem(embed, router) {
    var token;
    try {
      token = embed.getLoginToken();
      if (!token || typeof token.then !== "function") throw new TypeError("getLoginToken must return a promise");
    } catch (error) {
      error.thrown = true;
      return Promise.reject(error);
    }
    return token
      .then(function (value) {
        var func = embed.props.customAuthenticationType || CustomAuthenticationType.IDENTITY_TOKEN;
        var param = { cookiePath: embed.cookiePath };
        if (value !== undefined) param.token = value;
        return router.call(func, param);
      })
      .then(function (answer) {
        if (!answer || !answer.valid) throw new Error(answer.error.errMsg);
      });
  }

  function builtInLoginToken() {
    var library = this.loginUrl.replace(/\/auth\/ui\/embeddedLogin\.jsp$/, "");
    var root = location.pathname.split("/").slice(1, -1)[0] || "";
    return fetch("/" + root + "/identityToken", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "dossierContextPath=" + library,
      credentials: "include"
    }).then(function (response) { return response.headers.get("X-MSTR-IdentityToken"); });
  }

  // ---------------------------------------------------------------- keep-alive and re-login

  function keepAlive(login, path, milliseconds) {
    clearTimeout(login.timer);
    login.period = milliseconds;
    login.timer = setTimeout(function beat() {
      embeds.forEach(function (embed) {
        if (embed.login && embed.loginPath === path && embed.router && embed.router.target) embed.router.call("keepISessionAlive");
      });
      login.timer = setTimeout(beat, login.period);
    }, 54000);
  }

  function startKeepAlive(embed) {
    var login = embed.login;
    if (login && login.timer === undefined) keepAlive(login, embed.loginPath, 54000);
    embed.router.call("getMaxSessionIdleTime").then(function (seconds) {
      if (login) login.period = 0.9 * seconds * 1000;
    });
  }

  /** Before every API call: is the session alive? If not, log in again through the first embed's page. */
  function ensureSession(embed, router) {
    if (!embed.login) return Promise.resolve();
    return router.call("keepISessionAlive").then(function (alive) {
      if (alive) return undefined;
      var first = embeds.filter(function (other) { return other.loginPath === embed.loginPath && other.login; })[0];
      return redeem(first, first.router).then(function () {
        if (embed.kind.version === "v2") return undefined;
        // Every frame loads again; objects made before stay tied to the frame that was.
        embeds.forEach(function (other) {
          if (other.loginPath !== embed.loginPath) return;
          other.relogged = true;
          other.router.close();
          other.go("page", other.url);
        });
        return undefined;
      });
    });
  }

  function unwrap(value) {
    if (value === undefined) return null;
    if (value && typeof value === "object") {
      if (value.res !== undefined && value.res !== null) return value.res;
      if (value.valid === false) throw new Error(value.error.errMsg);
    }
    return value;
  }

  function callPage(object, func, param) {
    var router = object.router;
    // A destroyed dashboard answers nothing at all in newer builds; everything else fails.
    if (!OLD && object instanceof Dossier && embeds.indexOf(object.embed) < 0) return Promise.resolve(undefined);
    return ensureSession(object.embed, router)
      .then(function () { return router.call(func, param); })
      .then(unwrap);
  }

  // ---------------------------------------------------------------- what create() and the contexts resolve to

  var passThrough = [
    "getDossierId", "getDossierInstanceId", "getFilterList", "getCurrentPageInfo", "getDossierDefinition",
    "filterSelectAllAttributes", "filterDeselectAllAttributes", "filterSelectSingleAttribute",
    "filterSelectMultiAttributes", "filterSearchSingleAttribute", "filterSearchMultiAttributes",
    "filterAttributeSingleSlider", "filterAttributeMultiSlider", "filterSetDateRange", "filterSetMetricQualByValue",
    "filterSetMetricQualByRank", "filterSetMetricSliderByValue", "filterSetMetricSliderByRank", "filterClearAll",
    "filterClear", "filterSetInclude", "filterSetExclude", "filterApplyAll", "changeVisualizationSize",
    "getCurrentPagePanelStacks", "switchPanel", "switchToMode", "selectComponents", "getSelectedComponents"
  ];

  function Handle(embed, router) {
    this.embed = embed;
    this.router = router;
  }
  Handle.prototype.registerEventHandler = function (name, handler) { this.router.registerEventHandler(name, handler); };
  Handle.prototype.removeEventHandler = function (name, handler) { this.router.removeEventHandler(name, handler); };
  Handle.prototype.addCustomErrorHandler = function (handler, popUpFirst) {
    if ((this.router.handlers.onError || []).length > 0) {
      console.error("An error handler is registered already; remove it first.");
      return false;
    }
    this.router.registerEventHandler(EventType.ON_ERROR, handler);
    this.errorHandler = handler;
    void this.router.call("addCustomErrorHandler", { prePopup: !popUpFirst });
    return true;
  };
  Handle.prototype.removeCustomErrorHandler = function () {
    this.router.removeEventHandler(EventType.ON_ERROR, this.errorHandler);
    void this.router.call("removeCustomErrorHandler", {});
  };
  Handle.prototype.addSessionErrorHandler = function (handler) {
    if ((this.router.handlers.onSessionError || []).length > 0) {
      console.error("A session error handler is registered already; remove it first.");
      return false;
    }
    this.router.registerEventHandler(EventType.ON_SESSION_ERROR, handler);
    void this.router.call("addSessionErrorHandler");
    return true;
  };
  Handle.prototype.removeSessionErrorhandler = function () {
    this.router.handlers.onSessionError = [];
    void this.router.call("removeSessionErrorHandler");
  };

  function Dossier(embed, router, structure) {
    Handle.call(this, embed, router);
    this.structure = structure;
    var self = this;
    router.registerEventHandler(EventType.ON_PAGE_SWITCHED, function (value) { activate(self.structure, value && value.key); });
    router.registerEventHandler(EventType.ON_DOSSIER_INSTANCE_ID_CHANGE, function (value) {
      if (!value) return;
      void router.call("getDossierStructure").then(function (answer) { self.structure = readStructure(answer && answer.res); });
    });
  }
  Dossier.prototype = Object.create(Handle.prototype);
  passThrough.forEach(function (name) {
    Dossier.prototype[name] = function (param) { return callPage(this, name, param); };
  });
  Dossier.prototype.getCurrentPageVisualizationList = function () { return callPage(this, "getCurrPageVizList"); };
  Dossier.prototype.filterSearchAvailableElements = function (param) {
    return callPage(this, "searchFilterAvailableElements", param);
  };
  Dossier.prototype.getTOC = Dossier.prototype.getTableContent = function () { return { chapters: this.structure }; };
  Dossier.prototype.getChapterList = function () { return this.structure; };
  Dossier.prototype.getPageList = function () { return pagesOf(this.structure); };
  Dossier.prototype.getPageByNodeKey = function (key) {
    return pagesOf(this.structure).filter(function (page) { return page.nodeKey === key; })[0];
  };
  Dossier.prototype.getCurrentPage = function () {
    return pagesOf(this.structure).filter(function (page) { return page.isActive; })[0];
  };
  Dossier.prototype.getCurrentChapter = function () {
    return this.structure.filter(function (chapter) { return chapter.children.some(function (page) { return page.isActive; }); })[0];
  };
  Dossier.prototype.navigateToPage = function (page) {
    if (!page || !page.link) return Promise.reject(new Error("The page is not valid"));
    activate(this.structure, page.nodeKey);
    return callPage(this, "goToPage", { link: page.link });
  };
  Dossier.prototype.goToNextPage = function () { return step(this, 1, "There is no next page"); };
  Dossier.prototype.goToPrevPage = function () { return step(this, -1, "There is no previous page"); };
  Dossier.prototype.registerFilterUpdateHandler = function (handler) { this.registerEventHandler(EventType.ON_FILTER_UPDATED, handler); };
  Dossier.prototype.registerPageSwitchHandler = function (handler) { this.registerEventHandler(EventType.ON_PAGE_SWITCHED, handler); };
  Dossier.prototype.registerDossierInstanceIDChangeHandler = function (handler) {
    this.registerEventHandler(EventType.ON_DOSSIER_INSTANCE_ID_CHANGE, handler);
  };
  Dossier.prototype.registerGraphicsSelectEventHandlerToViz = function (vizKey, handler) {
    this.registerEventHandler(EventType.ON_GRAPHICS_SELECTED, function (value) { if (value && value.vizKey === vizKey) handler(value); });
  };
  if (!OLD) Dossier.prototype.getEmbeddingContext = function () { return new Context(this.embed, this.router, "dossierConsumptionPage"); };

  function step(dossier, by, sentence) {
    var pages = pagesOf(dossier.structure);
    var at = pages.findIndex(function (page) { return page.isActive; });
    if (at < 0) return Promise.reject(new Error("There is no current page"));
    return pages[at + by] ? dossier.navigateToPage(pages[at + by]) : Promise.resolve(sentence);
  }
  function pagesOf(structure) {
    return structure.reduce(function (all, chapter) { return all.concat(chapter.children); }, []);
  }
  function activate(structure, key) {
    pagesOf(structure).forEach(function (page) { page.isActive = page.nodeKey === key; });
  }
  function readStructure(chapters) {
    var node = function (source, children) {
      var made = { children: children };
      if (source.key && source.name) made.nodeKey = source.key;
      made.name = source.name;
      return made;
    };
    if (!Array.isArray(chapters)) return [];
    var read = chapters.filter(Boolean).map(function (chapter) {
      return node(chapter, (Array.isArray(chapter.pages) ? chapter.pages : []).filter(Boolean).map(function (page) {
        var made = node(page, []);
        made.link = page.link;
        made.isActive = page.isActive === true || page.isActive === "true";
        return made;
      }));
    });
    var active = pagesOf(read).filter(function (page) { return page.isActive; });
    active.slice(0, -1).forEach(function (page) { page.isActive = false; });
    return read;
  }

  /** What the contexts resolve to. Follows the page the frame shows. */
  function Context(embed, router, pageType) {
    Handle.call(this, embed, router);
    this.state = pageType;
    this.toc = [];
    var self = this;
    this.libraryPage = pageApi(this, "libraryPage", { enableNavigationBar: "enableLibraryNavBar", setSidebarVisibility: "setSideBarVisibility", getAllMyGroups: "getAllMyGroups", getAllDefaultGroups: "getAllDefaultGroups" });
    var dossierNames = {};
    passThrough.forEach(function (name) { dossierNames[name] = name; });
    this.dossierConsumption = pageApi(this, "dossierConsumptionPage", dossierNames);
    this.botConsumption = pageApi(this, "botConsumptionPage", { askQuestion: "askQuestion", showSuggestions: "showSuggestions" });
    this.documentConsumption = pageApi(this, "documentPage", { selectDocumentLayouts: "selectDocumentLayouts" });
    this.reportConsumption = pageApi(this, "reportConsumptionPage", {});
    var step = function (by, sentence) {
      return function () {
        return ready(self, "dossierConsumptionPage").then(function () {
          var pages = pagesOf(self.toc);
          var at = pages.findIndex(function (page) { return page.isActive; });
          if (at < 0 || !pages[at + by]) return sentence;
          activate(self.toc, pages[at + by].nodeKey);
          return callPage(self, "goToPage", { link: pages[at + by].link });
        });
      };
    };
    this.dossierConsumption.goToNextPage = step(1, "There is no next page");
    this.dossierConsumption.goToPrevPage = step(-1, "There is no previous page");
    router.registerEventHandler("onEmbedLocationChanged", function () { self.load(); });
    router.registerEventHandler("onEmbedPageLoaded", function (value) { if (value) self.state = value.pageType; });
    router.registerEventHandler("onDossierConsumptionPageLoaded", function (value) { self.toc = readStructure(value && value.toc); });
    router.registerEventHandler(EventType.ON_DOSSIER_INSTANCE_CHANGED, function (value) { if (value && !value.instanceId) self.toc = []; });
    router.registerEventHandler(EventType.ON_PAGE_SWITCHED, function (value) { activate(self.toc, value && value.key); });
  }
  // Older builds' contexts have neither handlers nor goToPage.
  Context.prototype = Object.create(OLD ? Object.prototype : Handle.prototype);
  Context.prototype.load = function () {
    var self = this;
    this.state = "loading";
    clearTimeout(this.giveUp);
    this.giveUp = setTimeout(function () { if (self.state === "loading") self.state = "unknown"; }, 30000);
  };
  if (!OLD) Context.prototype.goToPage = function (target) { return callPage(this, "navigateToPage", target); };

  function pageApi(context, pageType, names) {
    var api = {};
    Object.keys(names).forEach(function (name) {
      api[name] = function (param) {
        return ready(context, pageType).then(function () { return callPage(context, names[name], param); });
      };
    });
    return api;
  }
  function ready(context, pageType) {
    if (context.state === pageType) return Promise.resolve();
    if (context.state !== "loading") return Promise.reject(new Error("This does not fit the page now shown: " + context.state));
    return new Promise(function (resolve) { setTimeout(resolve, 50); }).then(function () { return ready(context, pageType); });
  }

  // ---------------------------------------------------------------- the flows

  function open(embed, waitForPage) {
    return new Promise(function (resolve, reject) {
      var fail = function (error) {
        var wrapped = error instanceof Error ? new Error("Error: " + error.message) : new Error("Error: " + error);
        if (embed.router && embed.router.target) void embed.router.call("showErrorMsg", { msg: wrapped.message });
        reject(wrapped);
      };
      embed.onFirstPage = function (router) {
        if (embed.props.sessionErrorHandler) {
          router.registerEventHandler(EventType.ON_SESSION_ERROR, embed.props.sessionErrorHandler);
          void router.call("addSessionErrorHandler");
        }
        var errorHandler = embed.props.errorHandler || embed.props.customErrorHandler;
        if (errorHandler) router.registerEventHandler(EventType.ON_ERROR, errorHandler);
        if (embed.props.enableResponsive) follow(embed, router);
        waitForPage(router, function (object) {
          if (errorHandler) router.removeEventHandler(EventType.ON_ERROR, errorHandler);
          if (embed.props.onDossierCreated) embed.props.onDossierCreated(object);
          resolve(object);
          startKeepAlive(embed);
          selectLater(embed, router);
        }, fail);
      };
      if (!embed.login) return embed.go("page", embed.url);
      signIn(embed).then(
        function () { embed.go("page", embed.url); },
        function (error) {
          console.error(error);
          // Older builds let a refused login pass: the promise stays pending.
          if (OLD && !error.thrown) return Promise.reject(error);
          return fail(error);
        }
      );
    });
  }

  function follow(embed, router) {
    router.registerEventHandler(EventType.ON_LAYOUT_CHANGED, function (value) {
      if (!value || !value.dimension) return;
      embed.props.placeholder.style.height = value.layoutMode === 0
        ? embed.props.containerHeight || "600px"
        : value.dimension.height + value.dimension.offsetTop + "px";
    });
  }

  /** visualizationSelectedElements travels by calls, one after the other, once the page is drawn. */
  function selectLater(embed, router) {
    var wanted = embed.props.visualizationSelectedElements;
    if (!wanted) return;
    void router.once(EventType.ON_PAGE_RENDER_FINISHED).then(function () {
      return (Array.isArray(wanted) ? wanted : [wanted]).reduce(function (before, one) {
        return before.then(function () { return callPage({ embed: embed, router: router }, "selectVizElements", one); });
      }, Promise.resolve());
    }).catch(function (error) { if (embed.props.errorHandler) embed.props.errorHandler(error); });
  }

  function createDossier(props) {
    return begin("dossier.create", dossierKind, props, function (embed) {
      return function (router, done, fail) {
        router.once(EventType.ON_PAGE_LOADED)
          .then(function () { return router.call("getDossierStructure"); })
          .then(function (answer) {
            if (answer && answer.valid) {
              if (answer.pageType === "documentPage") console.warn("This is a document: use embedDocumentConsumptionPage.");
              return done(new Dossier(embed, router, readStructure(answer.res)));
            }
            if (answer && answer.error) return fail(new Error(answer.error.errMsg));
            // Nothing usable came back: the page is told, the portal is not.
            void router.call("showErrorMsg", { msg: "The structure cannot be read" });
            return undefined;
          });
      };
    });
  }

  function embedPage(name, kind) {
    return function (props) {
      return begin(name, kind, props, function (embed) {
        return function (router, done, fail) {
          var context = new Context(embed, router, kind.pageType);
          var settled = false;
          var on = function (loading) {
            return function (value) {
              if (settled) return;
              settled = true;
              var type = value && value.pageType;
              if (kind.pageTypes.indexOf(type) < 0) {
                embed.destroy();
                if (!OLD) fail(new Error(name + " cannot show a page of type " + type));
                return;
              }
              context.state = type;
              if (loading) context.load();
              done(context);
            };
          };
          if (OLD && kind.pageType === "libraryPage") {
            void router.once("onLibraryPageLoaded").then(function () { done(context); });
            return;
          }
          router.registerEventHandler("onEmbedPageLoaded", on(false));
          if (!OLD && kind.pageType !== "botConsumptionPage") router.registerEventHandler("onFetchDocumentStart", on(true));
        };
      });
    };
  }

  function begin(name, kind, props, flow) {
    return new Promise(function (resolve, reject) {
      if (props === undefined || props === null) throw new TypeError("Cannot read the properties of " + name);
      var wrong = check(kind, props);
      if (wrong) {
        var message = name + ": " + wrong;
        if (!props.disableErrorPopupWindow) window.alert(message);
        return reject(new Error(message));
      }
      // Older builds drop what the schema of the report page does not know.
      if (OLD && kind.pageType === "reportConsumptionPage") props = Object.assign({}, props, { onMsgRouterReadyHandler: undefined });
      var embed = new Embed(kind, props);
      embed.mount();
      return open(embed, flow(embed)).then(resolve, reject);
    });
  }

  // ---------------------------------------------------------------- input and addresses

  var booleans = ["enableCustomAuthentication", "enableResponsive", "disableNotification", "disableErrorPopupWindow",
    "disableCustomErrorHandlerOnCreate", "enableCollaboration", "persistViewState", "smartBanner"];
  var functions = ["getLoginToken", "errorHandler", "sessionErrorHandler", "onMsgRouterReadyHandler", "onDossierCreated"];
  var strings = ["url", "serverURL", "serverUrl", "applicationID", "projectId", "objectID", "objectId", "pageKey",
    "containerHeight", "containerWidth", "customApplicationId", "configAppId", "instance", "layoutKey"];

  /** The first thing that is wrong, as "path reason". */
  function check(kind, props) {
    var wrong = function (names, type) {
      return names.filter(function (name) { return props[name] !== undefined && props[name] !== null && typeof props[name] !== type; })
        .map(function (name) { return "props." + name + " must be a " + type; })[0];
    };
    if (!(props.placeholder instanceof Element)) return "props.placeholder must be a DOM element";
    var typed = wrong(booleans, "boolean") || wrong(functions, "function") || wrong(strings, "string");
    if (typed) return typed;
    if (kind === dossierKind) {
      if (!props.url && !(props.serverURL && props.applicationID && props.objectID))
        return "props must have url, or serverURL, applicationID and objectID";
      return undefined;
    }
    if (!props.serverUrl) return "props.serverUrl is required";
    if (kind.pageType !== "libraryPage" && !(props.projectId && props.objectId)) return "props must have projectId and objectId";
    if (props.enableCustomAuthentication && !props.getLoginToken) return "props.getLoginToken is required";
    return undefined;
  }

  function trimSlashes(url) { return url.replace(/\/+$/, ""); }

  function pageAddress(kind, props) {
    var base;
    if (kind === dossierKind) {
      base = props.url
        ? props.url.replace(/\s+$/, "")
        : trimSlashes(props.serverURL) + "/app" + (props.configAppId ? "/config/" + props.configAppId : "") + "/" +
          props.applicationID + "/" + props.objectID + (props.pageKey ? "/" + props.pageKey : "");
    } else {
      base = trimSlashes(props.serverUrl) + "/app" + (props.customApplicationId ? "/config/" + props.customApplicationId : "");
      if (kind.pageType !== "libraryPage")
        base += "/" + props.projectId + "/" + props.objectId + (props.pageKey || props.layoutKey ? "/" + (props.pageKey || props.layoutKey) : "");
    }
    var hash = base.indexOf("#") < 0 ? "" : base.slice(base.indexOf("#"));
    base = hash ? base.slice(0, -hash.length) : base;
    var query = queryOf(kind, props).map(function (pair) {
      var value = typeof pair[1] === "object" ? encodeURIComponent(JSON.stringify(pair[1])) : String(pair[1]);
      return pair[0] + "=" + value;
    }).join("&");
    return base + (base.indexOf("?") < 0 ? "?" : "&") + query + hash;
  }

  function queryOf(kind, props) {
    var pairs = [["app.embedded", true]];
    var add = function (name, value) { if (value !== undefined && value !== null) pairs.push([name, value]); };
    if (kind.pageType !== "reportConsumptionPage")
      add("app.embedded.disableCustomErrorHandlerOnCreate", props.disableCustomErrorHandlerOnCreate === true);
    var navigation = props.navigationBar;
    var object = function (prefix, value) {
      if (!value || typeof value !== "object") return;
      Object.keys(value).forEach(function (key) { add(key === "enabled" ? prefix : prefix + "." + key, value[key]); });
    };
    if (kind !== dossierKind) {
      if (kind.pageType === "botConsumptionPage") {
        add("ui.navigation", false);
        add("ui.botConsumption.snapshot.enabled", true);
        add("ui.addToLibraryBanner.enabled", false);
        return pairs;
      }
      add("ui.navigation", true);
      add("ui.navigation.edit", false);
      if (kind.pageType === "libraryPage") {
        add("app.embedded.pageType", "library");
        add("app.embedded.configId", props.customApplicationId);
        add("app.libraryItemSelectMode", props.libraryItemSelectMode);
        add("library.sidebar.targetPage", props.currentPage);
      }
      if (kind.pageType === "documentPage") { add("ui.toc.open", false); add("ui.toc.docked", false); }
      add("dossier.filters", props.filters);
      add("dossier.instance", props.instance);
      return pairs;
    }
    add("app.embedded.authoring", props.authoring || {});
    add("auth.freeLogin", props.enableCustomAuthentication === true);
    if (props.disableNotification === true || (props.disableNotification === undefined && props.uiMessage === undefined))
      add("ui.message", false);
    add("feature.reportInLibrary.enabled", props.reportInLibraryFeature ? props.reportInLibraryFeature.enabled : false);
    add("dossier.filters", props.filters);
    add("ui.toc", props.dockedTOC);
    add("ui.comment", props.dockedComment);
    add("ui.filter", props.dockedFilter);
    add("ui.vizAppearances", props.visualizationAppearances);
    add("app.enableCollaboration", props.enableCollaboration);
    add("persistViewState", props.persistViewState);
    add("feature.smartBanner", props.smartBanner);
    add("feature.toc", props.tocFeature && props.tocFeature.enabled);
    add("feature.dossier.readonly", props.dossierFeature && props.dossierFeature.readonly);
    add("dossier.instance", props.instance);
    add("app.embedded.dossierRenderingMode", props.dossierRenderingMode);
    object("feature.filter", props.filterFeature);
    object("ui.navigation", navigation);
    object("feature.share", props.shareFeature);
    object("feature.options", props.optionsFeature);
    return pairs;
  }

  function loginAddress(address) {
    var path = address.pathname;
    var at = (path + "/").lastIndexOf("/app/");
    return address.origin + path.slice(0, at < 0 ? path.length : at) + "/auth/ui/embeddedLogin.jsp";
  }

  /** Contexts take the cookie path as it was written, dashboards as the browser normalises it. */
  function loginStateKey(kind, props, address) {
    if (kind !== dossierKind) return trimSlashes(props.serverUrl) + "/app";
    var path = address.pathname;
    return address.origin + path.slice(0, (path + "/").lastIndexOf("/app/")) + "/app";
  }

  // ---------------------------------------------------------------- what the portal sees

  var dossierKind = { version: "v1", pageType: "dossierConsumptionPage" };
  var kindOf = function (pageType, pageTypes) { return { version: "v2", pageType: pageType, pageTypes: pageTypes || [pageType] }; };
  var libraryKind = kindOf("libraryPage", ["libraryPage", "librarySubscriptions", "libraryInsights"]);

  function destroyIn(props) {
    var placeholder = props.placeholder;
    if (!placeholder) return console.error("A placeholder is needed to destroy an embed.");
    embeds.slice().forEach(function (embed) { if (embed.props.placeholder === placeholder) embed.destroy(); });
    return undefined;
  }

  var api = {
    dossier: { create: createDossier, destroy: destroyIn, EventType: EventType, CustomAuthenticationType: CustomAuthenticationType },
    embeddingContexts: {
      embedLibraryPage: embedPage("embedLibraryPage", libraryKind),
      embedReportPage: embedPage("embedReportPage", kindOf("reportConsumptionPage")),
      destroyEmbedPage: destroyIn
    },
    embedding: { featureFlags: {} }
  };
  if (!OLD) {
    var contexts = api.embeddingContexts;
    contexts.embedDossierConsumptionPage = embedPage("embedDossierConsumptionPage", kindOf("dossierConsumptionPage"));
    contexts.embedBotConsumptionPage = embedPage("embedBotConsumptionPage", kindOf("botConsumptionPage"));
    contexts.embedDocumentConsumptionPage = embedPage("embedDocumentConsumptionPage", kindOf("documentPage"));
    contexts.EventType = EventType;
    contexts.CustomAuthenticationType = CustomAuthenticationType;
  }
  // A second load starts a second, independent instance: older builds replace the first one, newer ones merge.
  window.microstrategy = OLD ? api : Object.assign(window.microstrategy || {}, api);
})();
`;
