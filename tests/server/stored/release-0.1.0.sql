BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	password_hash TEXT NOT NULL, 
	must_change BOOLEAN NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	failures INTEGER NOT NULL, 
	wait_until BIGINT NOT NULL, 
	made_at BIGINT NOT NULL, 
	disabled_at BIGINT, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_name UNIQUE (name)
);
INSERT INTO "accounts" VALUES(1,'quantri','$argon2id$v=19$m=19456,t=2,p=1$odJKxMh83B00FjQ3X/m6Qg$C3EYBJqJLttQMJduZo65ULhm+ec1/4UCz5xnQo1vIHc',1,'admin',0,0,1795320004438,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor VARCHAR(80) NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	subject TEXT NOT NULL, 
	previous BLOB NOT NULL, 
	digest BLOB NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1795320004438,'command line','seed_demo','74 units',X'0000000000000000000000000000000000000000000000000000000000000000',X'DB8BFE53AB64F3C1FE75729490190C8B1D27A2905FDBEB1F4D39ED251CDE1AD4');
INSERT INTO "audit" VALUES(2,1795320008966,'command line','enrol_code.make','ban-dan-toc.q1',X'DB8BFE53AB64F3C1FE75729490190C8B1D27A2905FDBEB1F4D39ED251CDE1AD4',X'A00733C94DA47949A9F7DA609AFAD6D9755BFBED91154C061AB0F675E8ED4B45');
INSERT INTO "audit" VALUES(3,1795320009792,'ks-000001','device.enrol','ban-dan-toc.q1',X'A00733C94DA47949A9F7DA609AFAD6D9755BFBED91154C061AB0F675E8ED4B45',X'160646C2DFDA900EB47BF8C6E4055BBCF7504B714E2EEFE1290F178D7E903B6E');
CREATE TABLE ballots (
	id BLOB NOT NULL, 
	stream_id INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	office_id VARCHAR(80) NOT NULL, 
	counter_id VARCHAR(80) NOT NULL, 
	day DATE NOT NULL, 
	hour SMALLINT, 
	is_dated BOOLEAN NOT NULL, 
	received_day DATE NOT NULL, 
	questionnaire VARCHAR(120) NOT NULL, 
	layout VARCHAR(80) NOT NULL, 
	lang VARCHAR(80) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	lane VARCHAR(12) NOT NULL, 
	levels TEXT NOT NULL, 
	ms TEXT NOT NULL, 
	reasons TEXT, 
	context TEXT, 
	flags TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	consent TEXT, 
	boot BIGINT NOT NULL, 
	mono_ms BIGINT NOT NULL, 
	wall VARCHAR(24) NOT NULL, 
	clock VARCHAR(10) NOT NULL, 
	cast_by VARCHAR(80), 
	answers_salt BLOB NOT NULL, 
	sealed BLOB, 
	sealed_salt BLOB, 
	sealed_digest BLOB, 
	leaf BLOB NOT NULL, 
	link BLOB, 
	CONSTRAINT pk_ballots PRIMARY KEY (id), 
	CONSTRAINT fk_ballots_stream_id FOREIGN KEY(stream_id) REFERENCES streams (id), 
	CONSTRAINT uq_ballots_stream_id_seq UNIQUE (stream_id, seq)
);
INSERT INTO "ballots" VALUES(X'0B8A84B2A8E14131BAA34BD799DF3194',1,1,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040414,'2026-11-22T04:00:09.948Z','unproven',NULL,X'9CBCC55A415F4AB7730C1F6B637E7792',NULL,NULL,NULL,X'C21F94D02AFCA7DACDAF211EE6BE4F13F391B576080DC34F6B87A5E562B49AD7',X'B996034015E26F5E840D6DA14F0CF3B428C780ED83990D80C19625950DB06513');
INSERT INTO "ballots" VALUES(X'7562935EF2FE411F837AE7F2786346AE',1,2,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040420,'2026-11-22T04:00:09.953Z','unproven',NULL,X'121039DA4A8CC2F7CAA7DE919D379971',NULL,NULL,NULL,X'3F2DE379EAAAC6F80213D80599A1DDA9C25DD5C3E7B3F926157DFF41FDBA430F',X'E2624034AA14D923F81FC809A888CC3A0D2B10AD429F5C0F3DE0521967888D23');
INSERT INTO "ballots" VALUES(X'BF56053E19F5471F84C506C8A26C6D00',1,3,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040428,'2026-11-22T04:00:09.961Z','unproven',NULL,X'46682E915912B8E2368D81637C1CB944',NULL,NULL,NULL,X'47D28A4E04C1B1B0ED6D30570AF41A8E18A354311EED0D9FE615551A78ED2A71',X'2CAD8F6470F7329C5404A67EC68A2288D6A7F5CF1AC711AF3D9F729DCECC88C7');
INSERT INTO "ballots" VALUES(X'F6EBD091E61E4E0B8DC5B8184BD10EFA',1,4,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040434,'2026-11-22T04:00:09.967Z','unproven',NULL,X'A5958F46D3AC6CFF8337A5E395313EFD',NULL,NULL,NULL,X'9EF2A5E59D2F6DAF08D86E14CC9F87360A0F07008025B01F87D3802C807A10D7',X'A5D6852D6FCDDB0A7520BE3EFA5CA64C04D3BE0F2EA411230892CAFCFDC68688');
INSERT INTO "ballots" VALUES(X'3DF2E1E5F1CC4D7C91C3CC66FF43C433',1,5,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040436,'2026-11-22T04:00:09.970Z','unproven',NULL,X'AEC999ABBB237BD2128AF05EA67EBD23',NULL,NULL,NULL,X'F7FEE07742D375B05070D08D3C53799880764D31E90E7F4896740D7DE71F5D25',X'DF7C5ADCDF6DD00FD4123F1167163791B5A3DDD5814C84B1D041859F533F520F');
INSERT INTO "ballots" VALUES(X'53240CC5B7064947BA6E8CBCCDB5C864',1,6,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040438,'2026-11-22T04:00:09.971Z','unproven',NULL,X'14EAD74713DC3EE7FAA42D3A81E2F848',NULL,NULL,NULL,X'0209A83C0D53C0C65B0240462737CEE20B26804CBF6B3E51DF9D8A4AD9A530BE',X'38E91AA048775E18C4DA462292C949F17AD8F38FBDF5DF0C8438423F7ECA0D28');
INSERT INTO "ballots" VALUES(X'AFE8E630FFAE4096B09219DB071E8A4E',1,7,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040452,'2026-11-22T04:00:09.985Z','unproven',NULL,X'4F5AC3A7DEA0F9BBA6309D88FF68C9A4',NULL,NULL,NULL,X'D3159C0F0422A6A82E540C46CC613D95502D9656A65541D7DBF77BD0A103927E',X'E5B3F17BC7562E9C5990D6F095912A34137CAE7C2AD3B59D9D32B61C44AEDD9C');
INSERT INTO "ballots" VALUES(X'987A09FFDD46421EAEC1F757EA83B112',1,8,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040463,'2026-11-22T04:00:09.996Z','unproven',NULL,X'2D45CFDAFAFB28322B29023204950D33',NULL,NULL,NULL,X'FEE8A5D8E748B6CCDD7B4C1B034EBB2BDAE556B5EEB7CB40FC8A3088B7DAD4A8',X'9192B59359347C0845450CB858479B2973AB631709D259DE84C0754ABCF5432C');
INSERT INTO "ballots" VALUES(X'32A6022DE8FB4EC8B7B6464D70D4257E',1,9,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040468,'2026-11-22T04:00:10.001Z','unproven',NULL,X'D99FFAC99792A9977B553307642ED338',NULL,NULL,NULL,X'FAA712329D12616A43C662915E67D624F0683E8AD1CA71CF8F32468F34DE30FB',X'44E364AF2916F603D55322D03BF6363526DF69064196DEB713F67FB93F87418E');
INSERT INTO "ballots" VALUES(X'AEDB765809CB43E9B17B3F4BD30B5103',1,10,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040472,'2026-11-22T04:00:10.005Z','unproven',NULL,X'2E153747DD8D9AAC2D5224AD7D69EE19',NULL,NULL,NULL,X'C8595B67738F5588A8A0FDC55EDE9ADC58CBF58099CC4821320DA94BE8E35C54',X'EADBCDF389DECFCCD5E79DEEC00362FD4C1C0314DB650AF4385AE3878DF54AE4');
INSERT INTO "ballots" VALUES(X'A6DC871BF3E941FB8E003E89962C10E3',1,11,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040480,'2026-11-22T04:00:10.013Z','unproven',NULL,X'49C1C2616C5AAABDBDD700F61FB304C4',NULL,NULL,NULL,X'A29E857EA6AD1D961B68DC774594196A02C7188FC1B4BA79C0DFFB83A8383679',X'F189740430326831E91F4840303C8892DEAB2306916CE7BB6955264AF5248425');
INSERT INTO "ballots" VALUES(X'31D2D92C823C4016B84478755FF5E98C',1,12,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040484,'2026-11-22T04:00:10.017Z','unproven',NULL,X'EAA3AACFBACBC312D33E16EFE0F559D4',NULL,NULL,NULL,X'06E91555E3A6A73AEA28CD953C7F21A66AACF6B0BD3C6222622FC1968377F853',X'F9274D76DE2ABC28C9ACA00A0DD401420791E6217A38DD30612ED58438E4BD1E');
INSERT INTO "ballots" VALUES(X'956F1728BCD5476880F41FAE787BC21F',1,13,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','525555555','2000,2000,2000,2000,2000,2000,2000,2000,2000','{"attitude":["attitude.impolite"]}',NULL,'','',NULL,1,30040489,'2026-11-22T04:00:10.023Z','unproven',NULL,X'C7032B61C56A97A69A76A444B7A8DB6A',NULL,NULL,NULL,X'812B16DE069EC83F55BB515B682A5E2B8EA0B4A283F03A0B6CFDB6A5A551A732',X'B912FA2FAEE6BE3D72D61FA1DDCCEC7B9BC9127D2F580A9077E3545ED0E422FF');
INSERT INTO "ballots" VALUES(X'381B98BDEE0747A0B6DA63595441FC06',1,14,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','button','quick','kiosk','--------5',',,,,,,,,0',NULL,NULL,'','',NULL,1,30040492,'2026-11-22T04:00:10.025Z','unproven',NULL,X'22E7C0461DF3BAFCBC077CD5DC1F8330',NULL,NULL,NULL,X'57EFC4875A32BD3F5372357A6B0A994120D3F4B3853068ABBF67D06AB1CDAC0A',X'24108DFC7B82324107008867726542956AE94CA8C8E50D10E9C1372F0088DA5C');
INSERT INTO "ballots" VALUES(X'6962E84C02554EFBBFA5522D48C826FF',1,15,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','partial','kiosk','3333-----','900,900,900,900,,,,,',NULL,NULL,'','',NULL,1,30040495,'2026-11-22T04:00:10.029Z','unproven',NULL,X'04D0CFB9B5FBF1E400781DB19375100E',NULL,NULL,NULL,X'D06899B110DC5FE30557F766F2877A8651EAF9F68E1E43AA5899182013E8C27E',X'F3ECD574BA37D970EA91087A7C5FF38E7F1C6CA63320B40F851AD2332EFAD353');
INSERT INTO "ballots" VALUES(X'9961C323A0D34BD89B0345D29D17E34C',1,16,'ban-dan-toc','ban-dan-toc.q1','2026-11-22',NULL,0,'2026-11-22','sipas-motcua-9@1.0.0','l1-800x480','vi','touch','complete','kiosk','444444444','1500,1500,1500,1500,1500,1500,1500,1500,1500',NULL,NULL,'','',NULL,1,30040500,'2026-11-22T04:00:10.033Z','unproven',NULL,X'F32B5174F4DDBCEE5917236D3BA1F7CF',X'0385CA7931F55806F46C04FA05542A4D77F36869774C7C87E42DCE7E2F98F71444CC4FA0C8CF389CCC381C3120E84BD99A8543AFBA73A37C4B4664086CF1435F77B373054A026739800672BBB91D6BFA9119B3A67301C05E8990F87C936B839CBCBB2D4B2FA3191C9B8380B79EE603AD',X'EABD21BED036EA58EA4BB89E67E8AE50',X'80CB021A9F640E8934075C94EA2EA3038AB7C9CA8F83D01E3D63A53846C36A1F',X'82F5987E941A02CE7259CE37DB1DA3D3A5EF16A535EA3F51BC902337AF0DC1EE',X'9666FE4D5C72E71C8AB464E5D17C4DE302DBCAAC91A1FCA8B9492135F2CAB66D');
CREATE TABLE boots (
	device VARCHAR(80) NOT NULL, 
	boot BIGINT NOT NULL, 
	inst VARCHAR(32) NOT NULL, 
	first_counter BIGINT NOT NULL, 
	first_at BIGINT NOT NULL, 
	CONSTRAINT pk_boots PRIMARY KEY (device, boot)
);
INSERT INTO "boots" VALUES('ks-000001',1,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',1,1795320010053);
CREATE TABLE centre (
	id INTEGER NOT NULL, 
	epoch VARCHAR(32) NOT NULL, 
	created_at BIGINT NOT NULL, 
	config_version BIGINT NOT NULL, 
	CONSTRAINT pk_centre PRIMARY KEY (id)
);
INSERT INTO "centre" VALUES(1,'b15307ceb470e33984b6cd2a8a6578a0',1795320002396,4);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	stream_id INTEGER NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	accepted INTEGER NOT NULL, 
	duplicate INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	"conflict" INTEGER NOT NULL, 
	received_at BIGINT NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_deliveries_stream_id FOREIGN KEY(stream_id) REFERENCES streams (id)
);
INSERT INTO "deliveries" VALUES(1,1,1,16,16,0,0,0,1795320010053);
CREATE TABLE devices (
	id VARCHAR(80) NOT NULL, 
	number INTEGER NOT NULL, 
	counter_id VARCHAR(80) NOT NULL, 
	public_key BLOB NOT NULL, 
	qr_epoch VARCHAR(32) NOT NULL, 
	model TEXT NOT NULL, 
	software TEXT NOT NULL, 
	enrolled_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	last_seen BIGINT, 
	last_counter BIGINT DEFAULT '0' NOT NULL, 
	last_health TEXT, 
	CONSTRAINT pk_devices PRIMARY KEY (id), 
	CONSTRAINT fk_devices_counter_id FOREIGN KEY(counter_id) REFERENCES org_units (id), 
	CONSTRAINT uq_devices_number UNIQUE (number), 
	CONSTRAINT uq_devices_public_key UNIQUE (public_key)
);
INSERT INTO "devices" VALUES('ks-000001',1,'ban-dan-toc.q1',X'66F95D549055B097674315B030ECBA76876B084936CD18F9AAC63B4DFB3E9F98','b15307ceb470e33984b6cd2a8a6578a0','desk','dev',1795320009792,NULL,1795320010053,1,'{"disk_free_mb":77291,"oldest_unsent_s":0,"queue":16,"uptime_s":30040,"version":"dev"}');
CREATE TABLE enrol_codes (
	code_hash BLOB NOT NULL, 
	counter_id VARCHAR(80) NOT NULL, 
	made_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	used_at BIGINT, 
	device_id VARCHAR(80), 
	CONSTRAINT pk_enrol_codes PRIMARY KEY (code_hash), 
	CONSTRAINT fk_enrol_codes_counter_id FOREIGN KEY(counter_id) REFERENCES org_units (id), 
	CONSTRAINT fk_enrol_codes_device_id FOREIGN KEY(device_id) REFERENCES devices (id)
);
INSERT INTO "enrol_codes" VALUES(X'334C52FA0D71A0792C6DA9C048335067E3BC380BE897C97CDDC7EF737A31C606','ban-dan-toc.q1',1795320008966,1795924808966,1795320009792,'ks-000001');
CREATE TABLE events (
	id INTEGER NOT NULL, 
	device VARCHAR(80) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	subject VARCHAR(120) NOT NULL, 
	words TEXT NOT NULL, 
	times BIGINT NOT NULL, 
	first_at BIGINT NOT NULL, 
	last_at BIGINT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT uq_events_device_kind_subject UNIQUE (device, kind, subject)
);
CREATE TABLE fixes (
	device VARCHAR(80) NOT NULL, 
	boot BIGINT NOT NULL, 
	mono_ms BIGINT NOT NULL, 
	utc_ms BIGINT NOT NULL, 
	err_ms BIGINT NOT NULL, 
	CONSTRAINT pk_fixes PRIMARY KEY (device, boot, mono_ms)
);
CREATE TABLE holes (
	stream_id INTEGER NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	link BLOB NOT NULL, 
	why TEXT NOT NULL, 
	declared_at BIGINT NOT NULL, 
	closed_at BIGINT, 
	CONSTRAINT pk_holes PRIMARY KEY (stream_id, first), 
	CONSTRAINT fk_holes_stream_id FOREIGN KEY(stream_id) REFERENCES streams (id)
);
CREATE TABLE org_successions (
	old_id VARCHAR(80) NOT NULL, 
	new_id VARCHAR(80) NOT NULL, 
	day DATE NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	legal_ref TEXT NOT NULL, 
	CONSTRAINT pk_org_successions PRIMARY KEY (old_id, new_id, day), 
	CONSTRAINT fk_org_successions_new_id FOREIGN KEY(new_id) REFERENCES org_units (id), 
	CONSTRAINT fk_org_successions_old_id FOREIGN KEY(old_id) REFERENCES org_units (id)
);
CREATE TABLE org_units (
	id VARCHAR(80) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	kiosk TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_org_units PRIMARY KEY (id)
);
INSERT INTO "org_units" VALUES('tq','province','{}');
INSERT INTO "org_units" VALUES('so-noi-vu','agency','{}');
INSERT INTO "org_units" VALUES('so-noi-vu.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-tai-chinh','agency','{}');
INSERT INTO "org_units" VALUES('so-tai-chinh.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-ke-hoach-dau-tu','agency','{}');
INSERT INTO "org_units" VALUES('so-ke-hoach-dau-tu.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-cong-thuong','agency','{}');
INSERT INTO "org_units" VALUES('so-cong-thuong.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-tu-phap','agency','{}');
INSERT INTO "org_units" VALUES('so-tu-phap.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-xay-dung','agency','{}');
INSERT INTO "org_units" VALUES('so-xay-dung.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-giao-thong','agency','{}');
INSERT INTO "org_units" VALUES('so-giao-thong.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-nong-nghiep','agency','{}');
INSERT INTO "org_units" VALUES('so-nong-nghiep.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-tai-nguyen','agency','{}');
INSERT INTO "org_units" VALUES('so-tai-nguyen.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-lao-dong','agency','{}');
INSERT INTO "org_units" VALUES('so-lao-dong.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-giao-duc','agency','{}');
INSERT INTO "org_units" VALUES('so-giao-duc.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-y-te','agency','{}');
INSERT INTO "org_units" VALUES('so-y-te.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-van-hoa','agency','{}');
INSERT INTO "org_units" VALUES('so-van-hoa.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-thong-tin','agency','{}');
INSERT INTO "org_units" VALUES('so-thong-tin.q1','counter','{}');
INSERT INTO "org_units" VALUES('so-khoa-hoc','agency','{}');
INSERT INTO "org_units" VALUES('so-khoa-hoc.q1','counter','{}');
INSERT INTO "org_units" VALUES('van-phong-ubnd','agency','{}');
INSERT INTO "org_units" VALUES('van-phong-ubnd.q1','counter','{}');
INSERT INTO "org_units" VALUES('thanh-tra','agency','{}');
INSERT INTO "org_units" VALUES('thanh-tra.q1','counter','{}');
INSERT INTO "org_units" VALUES('ban-dan-toc','agency','{}');
INSERT INTO "org_units" VALUES('ban-dan-toc.q1','counter','{}');
INSERT INTO "org_units" VALUES('ban-khu-cong-nghiep','agency','{}');
INSERT INTO "org_units" VALUES('ban-khu-cong-nghiep.q1','counter','{}');
INSERT INTO "org_units" VALUES('tp-tuyen-quang','district','{}');
INSERT INTO "org_units" VALUES('tp-tuyen-quang.q1','counter','{}');
INSERT INTO "org_units" VALUES('huyen-son-duong','district','{}');
INSERT INTO "org_units" VALUES('huyen-son-duong.q1','counter','{}');
INSERT INTO "org_units" VALUES('huyen-yen-son','district','{}');
INSERT INTO "org_units" VALUES('huyen-yen-son.q1','counter','{}');
INSERT INTO "org_units" VALUES('huyen-ham-yen','district','{}');
INSERT INTO "org_units" VALUES('huyen-ham-yen.q1','counter','{}');
INSERT INTO "org_units" VALUES('huyen-chiem-hoa','district','{}');
INSERT INTO "org_units" VALUES('huyen-chiem-hoa.q1','counter','{}');
INSERT INTO "org_units" VALUES('huyen-na-hang','district','{}');
INSERT INTO "org_units" VALUES('huyen-na-hang.q1','counter','{}');
INSERT INTO "org_units" VALUES('huyen-lam-binh','district','{}');
INSERT INTO "org_units" VALUES('huyen-lam-binh.q1','counter','{}');
INSERT INTO "org_units" VALUES('phuong-minh-xuan','ward','{}');
INSERT INTO "org_units" VALUES('phuong-minh-xuan.ttpvhcc','service_centre','{}');
INSERT INTO "org_units" VALUES('phuong-minh-xuan.q1','counter','{}');
INSERT INTO "org_units" VALUES('phuong-minh-xuan.q2','counter','{}');
INSERT INTO "org_units" VALUES('phuong-minh-xuan.q3','counter','{}');
INSERT INTO "org_units" VALUES('phuong-nong-tien','ward','{}');
INSERT INTO "org_units" VALUES('phuong-nong-tien.ttpvhcc','service_centre','{}');
INSERT INTO "org_units" VALUES('phuong-nong-tien.q1','counter','{}');
INSERT INTO "org_units" VALUES('phuong-nong-tien.q2','counter','{}');
INSERT INTO "org_units" VALUES('xa-tan-trao','commune','{}');
INSERT INTO "org_units" VALUES('xa-tan-trao.ttpvhcc','service_centre','{}');
INSERT INTO "org_units" VALUES('xa-tan-trao.q1','counter','{}');
INSERT INTO "org_units" VALUES('xa-tan-trao.q2','counter','{}');
INSERT INTO "org_units" VALUES('xa-son-duong','commune','{}');
INSERT INTO "org_units" VALUES('xa-son-duong.ttpvhcc','service_centre','{}');
INSERT INTO "org_units" VALUES('xa-son-duong.q1','counter','{}');
INSERT INTO "org_units" VALUES('xa-son-duong.q2','counter','{}');
INSERT INTO "org_units" VALUES('xa-na-hang','commune','{}');
INSERT INTO "org_units" VALUES('xa-na-hang.ttpvhcc','service_centre','{}');
INSERT INTO "org_units" VALUES('xa-na-hang.q1','counter','{}');
INSERT INTO "org_units" VALUES('xa-na-hang.q2','counter','{}');
CREATE TABLE org_versions (
	id INTEGER NOT NULL, 
	unit_id VARCHAR(80) NOT NULL, 
	name_vi TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	code VARCHAR(40) NOT NULL, 
	parent_id VARCHAR(80), 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	CONSTRAINT pk_org_versions PRIMARY KEY (id), 
	CONSTRAINT fk_org_versions_parent_id FOREIGN KEY(parent_id) REFERENCES org_units (id), 
	CONSTRAINT fk_org_versions_unit_id FOREIGN KEY(unit_id) REFERENCES org_units (id), 
	CONSTRAINT uq_org_versions_unit_id_valid_from UNIQUE (unit_id, valid_from)
);
INSERT INTO "org_versions" VALUES(1,'tq','Tỉnh Tuyên Quang (dữ liệu mẫu)','','TQ',NULL,'2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(2,'so-noi-vu','Sở Nội vụ','','SO-NOI-VU','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(3,'so-noi-vu.q1','Quầy số 1','','SO-NOI-VU.Q1','so-noi-vu','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(4,'so-tai-chinh','Sở Tài chính','','SO-TAI-CHINH','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(5,'so-tai-chinh.q1','Quầy số 1','','SO-TAI-CHINH.Q1','so-tai-chinh','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(6,'so-ke-hoach-dau-tu','Sở Kế hoạch và Đầu tư','','SO-KE-HOACH-DAU-TU','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(7,'so-ke-hoach-dau-tu.q1','Quầy số 1','','SO-KE-HOACH-DAU-TU.Q1','so-ke-hoach-dau-tu','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(8,'so-cong-thuong','Sở Công Thương','','SO-CONG-THUONG','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(9,'so-cong-thuong.q1','Quầy số 1','','SO-CONG-THUONG.Q1','so-cong-thuong','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(10,'so-tu-phap','Sở Tư pháp','','SO-TU-PHAP','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(11,'so-tu-phap.q1','Quầy số 1','','SO-TU-PHAP.Q1','so-tu-phap','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(12,'so-xay-dung','Sở Xây dựng','','SO-XAY-DUNG','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(13,'so-xay-dung.q1','Quầy số 1','','SO-XAY-DUNG.Q1','so-xay-dung','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(14,'so-giao-thong','Sở Giao thông vận tải','','SO-GIAO-THONG','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(15,'so-giao-thong.q1','Quầy số 1','','SO-GIAO-THONG.Q1','so-giao-thong','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(16,'so-nong-nghiep','Sở Nông nghiệp và Phát triển nông thôn','','SO-NONG-NGHIEP','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(17,'so-nong-nghiep.q1','Quầy số 1','','SO-NONG-NGHIEP.Q1','so-nong-nghiep','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(18,'so-tai-nguyen','Sở Tài nguyên và Môi trường','','SO-TAI-NGUYEN','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(19,'so-tai-nguyen.q1','Quầy số 1','','SO-TAI-NGUYEN.Q1','so-tai-nguyen','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(20,'so-lao-dong','Sở Lao động - Thương binh và Xã hội','','SO-LAO-DONG','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(21,'so-lao-dong.q1','Quầy số 1','','SO-LAO-DONG.Q1','so-lao-dong','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(22,'so-giao-duc','Sở Giáo dục và Đào tạo','','SO-GIAO-DUC','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(23,'so-giao-duc.q1','Quầy số 1','','SO-GIAO-DUC.Q1','so-giao-duc','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(24,'so-y-te','Sở Y tế','','SO-Y-TE','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(25,'so-y-te.q1','Quầy số 1','','SO-Y-TE.Q1','so-y-te','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(26,'so-van-hoa','Sở Văn hóa, Thể thao và Du lịch','','SO-VAN-HOA','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(27,'so-van-hoa.q1','Quầy số 1','','SO-VAN-HOA.Q1','so-van-hoa','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(28,'so-thong-tin','Sở Thông tin và Truyền thông','','SO-THONG-TIN','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(29,'so-thong-tin.q1','Quầy số 1','','SO-THONG-TIN.Q1','so-thong-tin','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(30,'so-khoa-hoc','Sở Khoa học và Công nghệ','','SO-KHOA-HOC','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(31,'so-khoa-hoc.q1','Quầy số 1','','SO-KHOA-HOC.Q1','so-khoa-hoc','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(32,'van-phong-ubnd','Văn phòng Ủy ban nhân dân tỉnh','','VAN-PHONG-UBND','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(33,'van-phong-ubnd.q1','Quầy số 1','','VAN-PHONG-UBND.Q1','van-phong-ubnd','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(34,'thanh-tra','Thanh tra tỉnh','','THANH-TRA','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(35,'thanh-tra.q1','Quầy số 1','','THANH-TRA.Q1','thanh-tra','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(36,'ban-dan-toc','Ban Dân tộc','','BAN-DAN-TOC','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(37,'ban-dan-toc.q1','Quầy số 1','','BAN-DAN-TOC.Q1','ban-dan-toc','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(38,'ban-khu-cong-nghiep','Ban Quản lý các khu công nghiệp','','BAN-KHU-CONG-NGHIEP','tq','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(39,'ban-khu-cong-nghiep.q1','Quầy số 1','','BAN-KHU-CONG-NGHIEP.Q1','ban-khu-cong-nghiep','2020-06-01',NULL);
INSERT INTO "org_versions" VALUES(40,'tp-tuyen-quang','Thành phố Tuyên Quang','','TP-TUYEN-QUANG','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(41,'tp-tuyen-quang.q1','Quầy số 1','','TP-TUYEN-QUANG.Q1','tp-tuyen-quang','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(42,'huyen-son-duong','Huyện Sơn Dương','','HUYEN-SON-DUONG','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(43,'huyen-son-duong.q1','Quầy số 1','','HUYEN-SON-DUONG.Q1','huyen-son-duong','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(44,'huyen-yen-son','Huyện Yên Sơn','','HUYEN-YEN-SON','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(45,'huyen-yen-son.q1','Quầy số 1','','HUYEN-YEN-SON.Q1','huyen-yen-son','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(46,'huyen-ham-yen','Huyện Hàm Yên','','HUYEN-HAM-YEN','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(47,'huyen-ham-yen.q1','Quầy số 1','','HUYEN-HAM-YEN.Q1','huyen-ham-yen','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(48,'huyen-chiem-hoa','Huyện Chiêm Hóa','','HUYEN-CHIEM-HOA','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(49,'huyen-chiem-hoa.q1','Quầy số 1','','HUYEN-CHIEM-HOA.Q1','huyen-chiem-hoa','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(50,'huyen-na-hang','Huyện Na Hang','','HUYEN-NA-HANG','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(51,'huyen-na-hang.q1','Quầy số 1','','HUYEN-NA-HANG.Q1','huyen-na-hang','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(52,'huyen-lam-binh','Huyện Lâm Bình','','HUYEN-LAM-BINH','tq','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(53,'huyen-lam-binh.q1','Quầy số 1','','HUYEN-LAM-BINH.Q1','huyen-lam-binh','2020-06-01','2025-06-30');
INSERT INTO "org_versions" VALUES(54,'phuong-minh-xuan','Phường Minh Xuân','','PHUONG-MINH-XUAN','tq','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(55,'phuong-minh-xuan.ttpvhcc','Trung tâm Phục vụ hành chính công phường Minh Xuân','','PHUONG-MINH-XUAN.TTPVHCC','phuong-minh-xuan','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(56,'phuong-minh-xuan.q1','Quầy số 1: Tư pháp - Hộ tịch, Chứng thực','','PHUONG-MINH-XUAN.Q1','phuong-minh-xuan.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(57,'phuong-minh-xuan.q2','Quầy số 2: Đất đai, xây dựng','','PHUONG-MINH-XUAN.Q2','phuong-minh-xuan.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(58,'phuong-minh-xuan.q3','Quầy số 3: Bảo trợ xã hội, lao động','','PHUONG-MINH-XUAN.Q3','phuong-minh-xuan.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(59,'phuong-nong-tien','Phường Nông Tiến','','PHUONG-NONG-TIEN','tq','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(60,'phuong-nong-tien.ttpvhcc','Trung tâm Phục vụ hành chính công phường Nông Tiến','','PHUONG-NONG-TIEN.TTPVHCC','phuong-nong-tien','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(61,'phuong-nong-tien.q1','Quầy số 1: Tư pháp - Hộ tịch, Chứng thực','','PHUONG-NONG-TIEN.Q1','phuong-nong-tien.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(62,'phuong-nong-tien.q2','Quầy số 2: Đất đai, xây dựng','','PHUONG-NONG-TIEN.Q2','phuong-nong-tien.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(63,'xa-tan-trao','Xã Tân Trào','','XA-TAN-TRAO','tq','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(64,'xa-tan-trao.ttpvhcc','Trung tâm Phục vụ hành chính công xã Tân Trào','','XA-TAN-TRAO.TTPVHCC','xa-tan-trao','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(65,'xa-tan-trao.q1','Quầy số 1: Tư pháp - Hộ tịch, Chứng thực','','XA-TAN-TRAO.Q1','xa-tan-trao.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(66,'xa-tan-trao.q2','Quầy số 2: Đất đai, xây dựng','','XA-TAN-TRAO.Q2','xa-tan-trao.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(67,'xa-son-duong','Xã Sơn Dương','','XA-SON-DUONG','tq','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(68,'xa-son-duong.ttpvhcc','Trung tâm Phục vụ hành chính công xã Sơn Dương','','XA-SON-DUONG.TTPVHCC','xa-son-duong','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(69,'xa-son-duong.q1','Quầy số 1: Tư pháp - Hộ tịch, Chứng thực','','XA-SON-DUONG.Q1','xa-son-duong.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(70,'xa-son-duong.q2','Quầy số 2: Đất đai, xây dựng','','XA-SON-DUONG.Q2','xa-son-duong.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(71,'xa-na-hang','Xã Na Hang','','XA-NA-HANG','tq','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(72,'xa-na-hang.ttpvhcc','Trung tâm Phục vụ hành chính công xã Na Hang','','XA-NA-HANG.TTPVHCC','xa-na-hang','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(73,'xa-na-hang.q1','Quầy số 1: Tư pháp - Hộ tịch, Chứng thực','','XA-NA-HANG.Q1','xa-na-hang.ttpvhcc','2025-07-01',NULL);
INSERT INTO "org_versions" VALUES(74,'xa-na-hang.q2','Quầy số 2: Đất đai, xây dựng','','XA-NA-HANG.Q2','xa-na-hang.ttpvhcc','2025-07-01',NULL);
CREATE TABLE qr_spent (
	kiosk BIGINT NOT NULL, 
	boot BIGINT NOT NULL, 
	counter BIGINT NOT NULL, 
	ballot_id BLOB NOT NULL, 
	spent_at BIGINT NOT NULL, 
	CONSTRAINT pk_qr_spent PRIMARY KEY (kiosk, boot, counter)
);
CREATE TABLE questionnaires (
	ref VARCHAR(120) NOT NULL, 
	body TEXT NOT NULL, 
	published_at BIGINT NOT NULL, 
	CONSTRAINT pk_questionnaires PRIMARY KEY (ref)
);
INSERT INTO "questionnaires" VALUES('sipas-motcua-9@1.0.0','{"context_items":[{"default_on":true,"id":"role","note":"","optional":true,"options":[{"en":"Individual","id":"individual","vi":"Cá nhân"},{"en":"Organisation or enterprise","id":"organisation","vi":"Tổ chức, doanh nghiệp"}],"sensitive":false,"text":{"en":"You are here as","vi":"Ông/Bà giao dịch với tư cách"},"type":"single"},{"default_on":true,"id":"step","note":"","optional":true,"options":[{"en":"Submit a dossier","id":"submit","vi":"Nộp hồ sơ"},{"en":"Supplement a dossier","id":"supplement","vi":"Bổ sung hồ sơ"},{"en":"Collect a result","id":"collect","vi":"Nhận kết quả"},{"en":"Get advice","id":"advice","vi":"Hỏi, được hướng dẫn"},{"en":"Something else","id":"other","vi":"Việc khác"}],"sensitive":false,"text":{"en":"Today you came to","vi":"Hôm nay Ông/Bà đến để"},"type":"single"},{"default_on":true,"id":"field","note":"Default list for a commune; set per office/counter from the local list of procedures; counter default pre-selects it","optional":true,"options":[{"en":"Civil status","id":"ho_tich","vi":"Tư pháp - Hộ tịch"},{"en":"Certification","id":"chung_thuc","vi":"Chứng thực"},{"en":"Land, environment","id":"dat_dai","vi":"Đất đai, môi trường"},{"en":"Construction, urban","id":"xay_dung","vi":"Xây dựng, đô thị"},{"en":"Business registration","id":"dkkd","vi":"Đăng ký kinh doanh"},{"en":"Social protection, people with merit","id":"bao_tro_nguoi_co_cong","vi":"Bảo trợ xã hội, người có công"},{"en":"Labour, employment","id":"lao_dong_viec_lam","vi":"Lao động, việc làm"},{"en":"Education","id":"giao_duc","vi":"Giáo dục"},{"en":"Health","id":"y_te","vi":"Y tế"},{"en":"Culture, sport, tourism","id":"van_hoa","vi":"Văn hóa, thể thao, du lịch"},{"en":"Agriculture, forestry","id":"nong_nghiep","vi":"Nông nghiệp, lâm nghiệp"},{"en":"Industry and trade","id":"cong_thuong","vi":"Công Thương"},{"en":"Residence, ID (police)","id":"cu_tru_can_cuoc","vi":"Cư trú, căn cước (Công an)"},{"en":"Tax","id":"thue","vi":"Thuế"},{"en":"Social insurance","id":"bhxh","vi":"Bảo hiểm xã hội"},{"en":"Other","id":"khac","vi":"Lĩnh vực khác"}],"sensitive":false,"text":{"en":"Field of the procedure","vi":"Lĩnh vực thủ tục"},"type":"single"},{"default_on":false,"id":"channel","note":"","optional":true,"options":[{"en":"In person","id":"in_person","vi":"Trực tiếp"},{"en":"Online","id":"online","vi":"Trực tuyến"},{"en":"Public post","id":"post","vi":"Bưu chính công ích"}],"sensitive":false,"text":{"en":"How you submitted","vi":"Cách nộp hồ sơ"},"type":"single"},{"default_on":false,"id":"trips","note":"","optional":true,"options":[{"en":"None","id":"0","vi":"Không lần nào"},{"en":"Once","id":"1","vi":"01 lần"},{"en":"Twice or more","id":"2plus","vi":"Từ 02 lần trở lên"}],"sensitive":false,"text":{"en":"Contacts needed to complete the dossier","vi":"Số lần phải liên hệ để hoàn thiện hồ sơ"},"type":"single"},{"default_on":false,"id":"timeliness","note":"","optional":true,"options":[{"en":"Early","id":"early","vi":"Sớm hẹn"},{"en":"On time","id":"on_time","vi":"Đúng hẹn"},{"en":"Late","id":"late","vi":"Trễ hẹn"},{"en":"Not yet","id":"not_yet","vi":"Chưa nhận kết quả"}],"sensitive":false,"text":{"en":"The result was returned","vi":"Kết quả được trả"},"type":"single"}],"demographics":[{"default_on":true,"id":"gender","note":"","optional":true,"options":[{"en":"Male","id":"male","vi":"Nam"},{"en":"Female","id":"female","vi":"Nữ"},{"en":"Prefer not to say","id":"undisclosed","vi":"Không muốn nêu"}],"sensitive":false,"text":{"en":"Gender","vi":"Giới tính"},"type":"single"},{"default_on":true,"id":"age","note":"","optional":true,"options":[{"en":"Under 25","id":"lt25","vi":"Dưới 25"},{"en":"25-34","id":"25_34","vi":"25 - 34"},{"en":"35-49","id":"35_49","vi":"35 - 49"},{"en":"50-60","id":"50_60","vi":"50 - 60"},{"en":"Over 60","id":"gt60","vi":"Trên 60"},{"en":"Prefer not to say","id":"undisclosed","vi":"Không muốn nêu"}],"sensitive":false,"text":{"en":"Age group","vi":"Độ tuổi"},"type":"single"},{"default_on":true,"id":"occupation","note":"","optional":true,"options":[{"en":"Farming, forestry","id":"farmer","vi":"Nông dân, lâm nghiệp"},{"en":"Worker","id":"worker","vi":"Công nhân, lao động"},{"en":"Trade, business","id":"business","vi":"Kinh doanh, buôn bán"},{"en":"Public sector","id":"public_sector","vi":"Cán bộ, công chức, viên chức"},{"en":"Private employee","id":"private_staff","vi":"Nhân viên doanh nghiệp"},{"en":"Armed forces","id":"armed_forces","vi":"Lực lượng vũ trang"},{"en":"Student","id":"student","vi":"Học sinh, sinh viên"},{"en":"Retired","id":"retired","vi":"Hưu trí"},{"en":"Homemaker, freelance","id":"homemaker","vi":"Nội trợ, lao động tự do"},{"en":"Other","id":"other","vi":"Khác"},{"en":"Prefer not to say","id":"undisclosed","vi":"Không muốn nêu"}],"sensitive":false,"text":{"en":"Occupation","vi":"Nghề nghiệp"},"type":"single"},{"default_on":false,"id":"education","note":"","optional":true,"options":[{"en":"Primary","id":"primary","vi":"Tiểu học"},{"en":"Lower secondary","id":"lower_secondary","vi":"Trung học cơ sở"},{"en":"Upper secondary","id":"upper_secondary","vi":"Trung học phổ thông"},{"en":"Vocational, college","id":"vocational","vi":"Trung cấp, cao đẳng"},{"en":"University or higher","id":"university","vi":"Đại học trở lên"},{"en":"Prefer not to say","id":"undisclosed","vi":"Không muốn nêu"}],"sensitive":false,"text":{"en":"Education","vi":"Trình độ học vấn"},"type":"single"},{"default_on":false,"id":"ethnicity","note":"Ethnic origin is sensitive personal data once linkable to a person (NĐ 13/2023 Đ.2.4.c; check the NĐ 356/2025 list). Off by default; never together with a phone number in the same record; publish only in aggregates with n>=30.","optional":true,"options":[{"en":"Kinh","id":"kinh","vi":"Kinh"},{"en":"Tày","id":"tay","vi":"Tày"},{"en":"Dao","id":"dao","vi":"Dao"},{"en":"Mông","id":"mong","vi":"Mông"},{"en":"Nùng","id":"nung","vi":"Nùng"},{"en":"Sán Chay","id":"san_chay","vi":"Sán Chay (Cao Lan, Sán Chỉ)"},{"en":"Other","id":"other","vi":"Dân tộc khác"},{"en":"Prefer not to say","id":"undisclosed","vi":"Không muốn nêu"}],"sensitive":true,"text":{"en":"Ethnic group","vi":"Dân tộc"},"type":"single"}],"effective_from":null,"id":"sipas-motcua-9","indicators":{"coverage":{"denominator":"number of transactions in the period, entered by the office, imported, or counted by the queue machine; if unknown print ''Chưa có số liệu'', never 0","formula":"100*ballots/transactions","label_vi":"Tỷ lệ tham gia đánh giá","round":1,"target":30},"dissatisfied":{"formula":"100*(n2+n1)/(n5+..+n1)","label_vi":"Tỷ lệ không hài lòng","round":1},"factor":{"formula":"pooled top2 over the questions of the factor","label_vi":"Chỉ số theo yếu tố","round":1},"mean100":{"formula":"100*mean(score)/5","label_vi":"Điểm trung bình quy 100","round":1},"top2":{"formula":"100*(n5+n4)/(n5+n4+n3+n2+n1)","label_vi":"Tỷ lệ hài lòng","round":1},"top2_pooled":{"formula":"100*sum_q(n5+n4)/sum_q(n5+..+n1) over Q1..Q8","label_vi":"Chỉ số hài lòng chung (gộp câu trả lời)","round":1}},"languages":[{"code":"vi","name":"Tiếng Việt","status":"complete"},{"code":"en","name":"English","status":"complete"},{"code":"tyz","iso639_3":"tyz","name":"Tiếng Tày","status":"audio_needed"},{"code":"dao","iso639_3":["ium","mji"],"name":"Tiếng Dao","note":"two main languages: Iu Mien (ium) and Kim Mun (mji); ask the commune which","status":"audio_needed"},{"code":"hmn","iso639_3":"hmn","name":"Tiếng Mông","status":"audio_needed"},{"code":"nut","iso639_3":"nut","name":"Tiếng Nùng","status":"audio_needed"}],"open_items":[{"hint":{"en":"Please do not write names, ID numbers or account numbers.","vi":"Xin không ghi họ tên, số căn cước, số tài khoản."},"id":"comment","max_chars":1000,"optional":true,"text":{"en":"Other comments","vi":"Ý kiến đóng góp khác"},"type":"text"},{"default":false,"id":"want_callback","optional":true,"text":{"en":"I want to be contacted about this","vi":"Tôi muốn được liên hệ lại về ý kiến này"},"type":"bool"},{"id":"phone","optional":true,"pattern":"^(0|\\+84)(3|5|7|8|9)\\d{8}$","pii":true,"requires_consent":"contact_v1","show_if":"want_callback","text":{"en":"Phone number (optional)","vi":"Số điện thoại (không bắt buộc)"},"type":"phone"},{"id":"contact_name","max_chars":80,"optional":true,"pii":true,"requires_consent":"contact_v1","show_if":"want_callback","text":{"en":"Name (optional)","vi":"Họ tên (không bắt buộc)"},"type":"text"},{"id":"dossier_code","max_chars":40,"note":"links to a person through the dossier system: treat as personal data","optional":true,"pii":true,"requires_consent":"contact_v1","text":{"en":"Dossier code (if any)","vi":"Mã hồ sơ (nếu có)"},"type":"text"}],"provenance":"Criteria: the Tuyên Quang page of 29/4/2020 (seed 004: nine default questions; the page lists criteria, not wording). The wording is ours, not an official form: each province''s Văn phòng UBND approves its own (Thông tư 01/2018/TT-VPCP, Điều 12.4).","questions":[{"allow_na":false,"audio":{"dao":"audio/dao/responsibility.ogg","hmn":"audio/hmn/responsibility.ogg","nut":"audio/nut/responsibility.ogg","tyz":"audio/tyz/responsibility.ogg","vi":"audio/vi/responsibility.ogg"},"code":"Q1","criterion_vi":"Tinh thần trách nhiệm","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Guidance was incomplete","id":"responsibility.no_guidance","vi":"Không hướng dẫn đầy đủ"},{"en":"Passed from person to person","id":"responsibility.passed_around","vi":"Đùn đẩy, chỉ đi nơi khác"},{"en":"Absent or late","id":"responsibility.absent","vi":"Vắng mặt, không đúng giờ"},{"en":"Mistakes in the dossier","id":"responsibility.careless","vi":"Làm sai, sót hồ sơ"},{"en":"Kept waiting without attention","id":"responsibility.slow_attention","vi":"Để chờ lâu mới tiếp"},{"en":"Other reason","id":"responsibility.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"responsibility","legal_refs":["NĐ 61/2018 Đ.31.1.đ","TT 01/2018 chỉ số 7"],"number":1,"required":true,"scale":"likert5","sipas_factor":"cong_chuc","sipas_factor_secondary":null,"slug":"tinh-than-trach-nhiem","subject":"officer","text":{"en":{"kiosk":"How responsible was the officer in handling your business?","long":"How satisfied are you with the sense of responsibility of the officers who guided you, received and processed your dossier (on time, complete guidance, following through)?"},"vi":{"kiosk":"Tinh thần trách nhiệm của công chức khi giải quyết việc cho Ông/Bà","long":"Ông/Bà hài lòng như thế nào về tinh thần trách nhiệm của cán bộ, công chức trong việc hướng dẫn, tiếp nhận và giải quyết hồ sơ (làm đúng giờ, hướng dẫn đầy đủ, theo đến khi xong việc)?"}}},{"allow_na":false,"audio":{"dao":"audio/dao/attitude.ogg","hmn":"audio/hmn/attitude.ogg","nut":"audio/nut/attitude.ogg","tyz":"audio/tyz/attitude.ogg","vi":"audio/vi/attitude.ogg"},"code":"Q2","criterion_vi":"Mức độ thân thiện, thái độ giao tiếp","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Impolite speech","id":"attitude.impolite","vi":"Nói năng thiếu lịch sự"},{"en":"Did not listen","id":"attitude.not_listening","vi":"Không lắng nghe"},{"en":"Doing private things while serving","id":"attitude.private_business","vi":"Làm việc riêng khi tiếp dân"},{"en":"Made things difficult","id":"attitude.harassment","vi":"Gây khó dễ, phiền hà"},{"en":"Unfair priority","id":"attitude.unfair","vi":"Ưu tiên không công bằng"},{"en":"Other reason","id":"attitude.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"attitude","legal_refs":["NĐ 61/2018 Đ.31.1.đ","TT 01/2018 chỉ số 7"],"number":2,"required":true,"scale":"likert5","sipas_factor":"cong_chuc","sipas_factor_secondary":null,"slug":"thai-do-than-thien","subject":"officer","text":{"en":{"kiosk":"How friendly and polite was the officer?","long":"How satisfied are you with the friendliness, politeness, listening and respect shown by the officers at the one-stop office?"},"vi":{"kiosk":"Thái độ thân thiện, lịch sự của công chức","long":"Ông/Bà hài lòng như thế nào về mức độ thân thiện, lịch sự, sự lắng nghe và tôn trọng của cán bộ, công chức tại Bộ phận Một cửa?"}}},{"allow_na":false,"audio":{"dao":"audio/dao/access.ogg","hmn":"audio/hmn/access.ogg","nut":"audio/nut/access.ogg","tyz":"audio/tyz/access.ogg","vi":"audio/vi/access.ogg"},"code":"Q3","criterion_vi":"Tiếp cận dịch vụ","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Hard to find the office or counter","id":"access.hard_to_find","vi":"Khó tìm nơi làm việc, quầy"},{"en":"Not enough seats or desks","id":"access.not_enough_seats","vi":"Thiếu chỗ ngồi, bàn viết"},{"en":"Equipment or network not working","id":"access.equipment_broken","vi":"Thiết bị, mạng bị hỏng"},{"en":"Long queue","id":"access.long_queue","vi":"Phải xếp hàng lâu"},{"en":"Hard for older or disabled people","id":"access.not_accessible","vi":"Khó cho người già, người khuyết tật"},{"en":"Other reason","id":"access.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"access","legal_refs":["NĐ 61/2018 Đ.13.2.b, Đ.29.4"],"number":3,"required":true,"scale":"likert5","sipas_factor":"tiep_can_dich_vu","sipas_factor_secondary":null,"slug":"tiep-can-dich-vu","subject":"office","text":{"en":{"kiosk":"Access: easy to find, enough seats, good equipment","long":"How satisfied are you with access to the service: visible signs and directions, enough seats and writing desks, working equipment, queue machine and network, and ease for older people, people with disabilities and ethnic-minority citizens?"},"vi":{"kiosk":"Việc tiếp cận dịch vụ: dễ tìm, đủ chỗ ngồi, thiết bị tốt","long":"Ông/Bà hài lòng như thế nào về khả năng tiếp cận dịch vụ: biển hiệu, chỉ dẫn dễ thấy; đủ chỗ ngồi chờ, bàn viết; trang thiết bị, máy lấy số, mạng hoạt động tốt; thuận tiện cho người già, người khuyết tật, đồng bào dân tộc thiểu số?"}}},{"allow_na":false,"audio":{"dao":"audio/dao/publicity.ogg","hmn":"audio/hmn/publicity.ogg","nut":"audio/nut/publicity.ogg","tyz":"audio/tyz/publicity.ogg","vi":"audio/vi/publicity.ogg"},"code":"Q4","criterion_vi":"Niêm yết công khai thủ tục hành chính","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Not posted","id":"publicity.not_posted","vi":"Không thấy niêm yết"},{"en":"Outdated or wrong","id":"publicity.outdated","vi":"Thông tin cũ, không đúng"},{"en":"Hard to read","id":"publicity.hard_to_read","vi":"Chữ nhỏ, khó đọc"},{"en":"Hard to understand","id":"publicity.hard_to_understand","vi":"Khó hiểu"},{"en":"Cannot be found online","id":"publicity.not_online","vi":"Không tra được trên mạng"},{"en":"Other reason","id":"publicity.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"publicity","legal_refs":["NĐ 61/2018 Đ.31.1.d","TT 01/2018 chỉ số 6"],"number":4,"required":true,"scale":"likert5","sipas_factor":"thu_tuc_hanh_chinh","sipas_factor_secondary":null,"slug":"niem-yet-cong-khai","subject":"office","text":{"en":{"kiosk":"Posted procedures: complete, easy to read and understand","long":"How satisfied are you with how procedures are posted and published at the office and online (complete, correct, up to date, readable, understandable)?"},"vi":{"kiosk":"Việc niêm yết công khai thủ tục: đầy đủ, dễ đọc, dễ hiểu","long":"Ông/Bà hài lòng như thế nào về việc niêm yết, công khai thủ tục hành chính tại nơi làm việc và trên mạng (đầy đủ, chính xác, kịp thời, dễ đọc, dễ hiểu)?"}}},{"allow_na":false,"audio":{"dao":"audio/dao/dossier.ogg","hmn":"audio/hmn/dossier.ogg","nut":"audio/nut/dossier.ogg","tyz":"audio/tyz/dossier.ogg","vi":"audio/vi/dossier.ogg"},"code":"Q5","criterion_vi":"Thành phần hồ sơ","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Extra papers requested","id":"dossier.extra_papers","vi":"Đòi thêm giấy tờ"},{"en":"Had to supplement several times","id":"dossier.many_trips","vi":"Phải bổ sung nhiều lần"},{"en":"Form hard to fill in","id":"dossier.unclear_form","vi":"Mẫu đơn khó điền"},{"en":"Had to visit several agencies","id":"dossier.other_agency","vi":"Phải đi nhiều cơ quan"},{"en":"Papers the State already holds","id":"dossier.already_have","vi":"Giấy tờ nhà nước đã có"},{"en":"Other reason","id":"dossier.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"dossier","legal_refs":["NĐ 61/2018 Đ.31.1.b, c","TT 01/2018 chỉ số 3, 4"],"number":5,"required":true,"scale":"likert5","sipas_factor":"thu_tuc_hanh_chinh","sipas_factor_secondary":null,"slug":"thanh-phan-ho-so","subject":"procedure","text":{"en":{"kiosk":"Documents required: as regulated, nothing extra","long":"How satisfied are you with the documents you had to submit (as posted, no extra papers, not asked to supplement repeatedly)?"},"vi":{"kiosk":"Hồ sơ phải nộp: đúng quy định, không đòi thêm giấy tờ","long":"Ông/Bà hài lòng như thế nào về thành phần hồ sơ phải nộp (đúng với quy định đã niêm yết, không yêu cầu thêm giấy tờ, không phải bổ sung nhiều lần)?"}}},{"allow_na":true,"audio":{"dao":"audio/dao/fees.ogg","hmn":"audio/hmn/fees.ogg","nut":"audio/nut/fees.ogg","tyz":"audio/tyz/fees.ogg","vi":"audio/vi/fees.ogg"},"code":"Q6","criterion_vi":"Mức phí, lệ phí","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Fee not posted","id":"fees.not_posted_fee","vi":"Không niêm yết mức thu"},{"en":"Charged more than regulated","id":"fees.higher_than_posted","vi":"Thu cao hơn quy định"},{"en":"No receipt","id":"fees.no_receipt","vi":"Không có biên lai"},{"en":"Had to pay extra informally","id":"fees.informal_payment","vi":"Phải trả thêm ngoài quy định"},{"en":"Cashless payment difficult","id":"fees.payment_method","vi":"Khó thanh toán không tiền mặt"},{"en":"Other reason","id":"fees.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"fees","legal_refs":["NĐ 61/2018 Đ.31.1.e, Đ.4.5"],"number":6,"required":true,"scale":"likert5","sipas_factor":"thu_tuc_hanh_chinh","sipas_factor_secondary":null,"slug":"phi-le-phi","subject":"procedure","text":{"en":{"kiosk":"Fees: published, as regulated, with a receipt","long":"How satisfied are you with the fees and charges (posted, collected as regulated, receipt given, nothing extra to pay)? Choose “Not applicable” if the procedure is free."},"vi":{"kiosk":"Mức phí, lệ phí: công khai, đúng quy định, có biên lai","long":"Ông/Bà hài lòng như thế nào về mức phí, lệ phí phải nộp (được niêm yết, thu đúng quy định, có biên lai, không phải trả thêm khoản nào khác)? Chọn “Không áp dụng” nếu thủ tục không thu phí."}}},{"allow_na":true,"audio":{"dao":"audio/dao/resolution.ogg","hmn":"audio/hmn/resolution.ogg","nut":"audio/nut/resolution.ogg","tyz":"audio/tyz/resolution.ogg","vi":"audio/vi/resolution.ogg"},"code":"Q7","criterion_vi":"Giải quyết thủ tục hành chính (thời gian và kết quả)","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Result was late","id":"resolution.late","vi":"Trả kết quả trễ hẹn"},{"en":"Late and no apology","id":"resolution.no_apology","vi":"Trễ hẹn mà không xin lỗi"},{"en":"Result contains errors","id":"resolution.wrong_result","vi":"Kết quả có sai sót"},{"en":"Refused without clear reason","id":"resolution.refused_no_reason","vi":"Từ chối không rõ lý do"},{"en":"Too many trips","id":"resolution.extra_trips","vi":"Phải đi lại nhiều lần"},{"en":"Other reason","id":"resolution.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"resolution","legal_refs":["NĐ 61/2018 Đ.31.1.a, e","TT 01/2018 chỉ số 1, 2"],"number":7,"required":true,"scale":"likert5","sipas_factor":"ket_qua","sipas_factor_secondary":"thu_tuc_hanh_chinh","slug":"giai-quyet-thu-tuc","subject":"procedure","text":{"en":{"kiosk":"Resolution: on time, result correct and complete","long":"How satisfied are you with the resolution: result returned on or before the appointment; result lawful, accurate and complete? Choose “Not applicable” if you have not received a result yet."},"vi":{"kiosk":"Giải quyết thủ tục: đúng hẹn, kết quả đúng và đầy đủ","long":"Ông/Bà hài lòng như thế nào về việc giải quyết thủ tục hành chính: trả kết quả đúng hẹn hoặc sớm hẹn; kết quả đúng quy định, chính xác, đầy đủ thông tin? Chọn “Không áp dụng” nếu Ông/Bà chưa nhận kết quả."}}},{"allow_na":true,"audio":{"dao":"audio/dao/feedback.ogg","hmn":"audio/hmn/feedback.ogg","nut":"audio/nut/feedback.ogg","tyz":"audio/tyz/feedback.ogg","vi":"audio/vi/feedback.ogg"},"code":"Q8","criterion_vi":"Tiếp nhận, xử lý phản ánh, kiến nghị","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"No channel to send it","id":"feedback.no_channel","vi":"Không biết gửi ý kiến ở đâu"},{"en":"No reply","id":"feedback.no_reply","vi":"Không được trả lời"},{"en":"Slow reply","id":"feedback.slow_reply","vi":"Trả lời chậm"},{"en":"Reply did not solve it","id":"feedback.not_solved","vi":"Trả lời không thoả đáng"},{"en":"Fear of reprisals","id":"feedback.afraid","vi":"Ngại bị gây khó dễ"},{"en":"Other reason","id":"feedback.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"feedback","legal_refs":["NĐ 61/2018 Đ.31.1.g","TT 01/2018 chỉ số 8"],"number":8,"required":true,"scale":"likert5","sipas_factor":"gop_y_phan_anh_kien_nghi","sipas_factor_secondary":null,"slug":"phan-anh-kien-nghi","subject":"office","text":{"en":{"kiosk":"How comments and complaints are received and handled","long":"How satisfied are you with how comments, complaints and suggestions are received and handled (easy to send, welcomed, result notified in time)? Choose “Not applicable” if you have never sent one."},"vi":{"kiosk":"Việc tiếp nhận, xử lý góp ý, phản ánh, kiến nghị","long":"Ông/Bà hài lòng như thế nào về việc tiếp nhận, xử lý góp ý, phản ánh, kiến nghị (dễ gửi ý kiến, được tiếp nhận tích cực, được thông báo kết quả kịp thời)? Chọn “Không áp dụng” nếu Ông/Bà chưa từng góp ý."}}},{"allow_na":false,"audio":{"dao":"audio/dao/overall.ogg","hmn":"audio/hmn/overall.ogg","nut":"audio/nut/overall.ogg","tyz":"audio/tyz/overall.ogg","vi":"audio/vi/overall.ogg"},"code":"Q9","criterion_vi":"Đánh giá chung","follow_up":{"max_choices":3,"multi":true,"reasons":[{"en":"Waiting time","id":"overall.waiting_time","vi":"Thời gian chờ"},{"en":"Staff attitude or responsibility","id":"overall.staff","vi":"Thái độ, trách nhiệm công chức"},{"en":"Procedure or papers","id":"overall.procedure","vi":"Thủ tục, giấy tờ"},{"en":"Result","id":"overall.result","vi":"Kết quả giải quyết"},{"en":"Facilities","id":"overall.facility","vi":"Cơ sở vật chất"},{"en":"Other reason","id":"overall.other","vi":"Lý do khác"}],"title":{"en":"What were you not satisfied with?","vi":"Ông/Bà chưa hài lòng vì điều gì?"},"when_score_lte":2},"id":"overall","legal_refs":["NĐ 61/2018 Đ.4.1, Đ.31.1.i"],"number":9,"required":true,"scale":"likert5","sipas_factor":"hai_long_chung","sipas_factor_secondary":null,"slug":"danh-gia-chung","subject":"office","text":{"en":{"kiosk":"Overall, how satisfied are you with today''s service?","long":"Overall, how satisfied are you with the service of this administrative office on this visit?"},"vi":{"kiosk":"Nhìn chung, Ông/Bà hài lòng về sự phục vụ hôm nay ở mức nào?","long":"Nhìn chung, Ông/Bà hài lòng như thế nào về sự phục vụ của cơ quan hành chính nhà nước trong lần giao dịch này?"}}}],"quick_mode":{"buttons":[5,4,3,2,1],"description":"physical buttons or single-screen mode: one press answers Q9 only (question id overall), then offers ''answer 8 more''","fallback_three_buttons":{"question":"overall","scale":"likert3"},"question":"overall"},"rules":{"id_policy":"ids and reason ids are never reused or re-meant; a change of meaning gets a new id; wording fixes raise version minor","min_n_for_publication":30,"min_n_per_officer":10,"na_excluded_from_denominator":true,"normalisation":"all text NFC UTF-8","partial_ballot":"complete = Q1-Q9 each answered or NA; anything less at idle timeout or exit is status=partial, kept and counted in its own column; quick-mode ballots (Q9 only) are status=quick and never mixed into Q1-Q8 figures"},"scales":{"likert3":{"kind":"ordinal","levels":[{"en":"Very satisfied","id":"very_satisfied","satisfied":true,"value":3,"vi":"Rất hài lòng"},{"en":"Satisfied","id":"satisfied","satisfied":true,"value":2,"vi":"Hài lòng"},{"en":"Not satisfied","id":"not_satisfied","satisfied":false,"value":1,"vi":"Chưa hài lòng"}],"note":"Used by Thông tư 32/2017/TT-BTTTT Đ.12 and by the Thanh Hóa counter screen; keep as its own scale, never recode silently to likert5"},"likert5":{"aliases":{"1":["rất không hài lòng","rkhl","hoàn toàn không hài lòng","very dissatisfied"],"2":["không hài lòng","chưa hài lòng","khl","chl","chưa tốt","dissatisfied"],"3":["bình thường","binh thuong","bt","tạm được","trung bình","neutral","normal"],"4":["hài lòng","hai long","hl","tốt","satisfied"],"5":["rất hài lòng","rat hai long","rhl","rất tốt","very satisfied"]},"kind":"ordinal","levels":[{"abbr_vi":"RHL","en":"Very satisfied","icon":"face_very_happy","id":"very_satisfied","satisfied":true,"value":5,"vi":"Rất hài lòng"},{"abbr_vi":"HL","en":"Satisfied","icon":"face_happy","id":"satisfied","satisfied":true,"value":4,"vi":"Hài lòng"},{"abbr_vi":"BT","en":"Neutral","icon":"face_neutral","id":"neutral","satisfied":false,"value":3,"vi":"Bình thường"},{"abbr_vi":"KHL","en":"Dissatisfied","icon":"face_sad","id":"dissatisfied","satisfied":false,"value":2,"vi":"Không hài lòng"},{"abbr_vi":"RKHL","en":"Very dissatisfied","icon":"face_very_sad","id":"very_dissatisfied","satisfied":false,"value":1,"vi":"Rất không hài lòng"}],"na":{"en":"Not applicable","id":"na","vi":"Không áp dụng"}},"tt01_2_1_0":{"kind":"points","levels":[{"value":2},{"value":1},{"value":0}],"note":"Thông tư 01/2018/TT-VPCP Đ.13: 2/1/0 points per dossier or per office"}},"schema":"survey/1","sipas_factors":[{"en":"Access to service","id":"tiep_can_dich_vu","vi":"Tiếp cận dịch vụ"},{"en":"Administrative procedure","id":"thu_tuc_hanh_chinh","vi":"Thủ tục hành chính"},{"en":"Officers directly handling the work","id":"cong_chuc","vi":"Công chức trực tiếp giải quyết công việc"},{"en":"Service result","id":"ket_qua","vi":"Kết quả dịch vụ"},{"en":"Receiving and settling comments, complaints and suggestions","id":"gop_y_phan_anh_kien_nghi","vi":"Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị"},{"en":"Overall satisfaction (outside the five factors)","id":"hai_long_chung","vi":"Hài lòng chung (không tính vào 5 yếu tố)"}],"status":"draft","texts":{"attract":{"en":"Please rate our service","vi":"Mời Ông/Bà đánh giá sự phục vụ"},"attract_hint":{"en":"Touch to start - only one minute","vi":"Chạm vào màn hình để bắt đầu - chỉ 1 phút"},"ballot_code":{"en":"Ballot code: {code}. Keep it to follow up.","vi":"Mã phiếu: {ma_phieu}. Ông/Bà giữ mã này để tra cứu kết quả xử lý."},"buttons":{"agree":{"en":"I agree","vi":"Đồng ý"},"back":{"en":"Back","vi":"Quay lại"},"disagree":{"en":"I do not agree","vi":"Không đồng ý"},"language":{"en":"Language","vi":"Ngôn ngữ"},"listen":{"en":"Listen","vi":"Nghe câu hỏi"},"next":{"en":"Next","vi":"Tiếp tục"},"skip":{"en":"Skip","vi":"Bỏ qua"},"start":{"en":"Start","vi":"Bắt đầu"},"submit":{"en":"Submit","vi":"Gửi đánh giá"}},"consent_contact":{"en":"I agree that {office} stores and uses my phone number and name (if given) ONLY to contact me about this comment. The data are encrypted, seen only by the assigned handlers, and deleted {days} days after the case is closed. I may view, correct, withdraw consent or ask for deletion with ballot code {code} at {contact}.","id":"contact_v1","must_be_unticked":true,"vi":"Tôi đồng ý để {ten_co_quan} lưu và sử dụng số điện thoại, họ tên (nếu có) của tôi CHỈ để liên hệ lại về ý kiến này. Dữ liệu được mã hóa, chỉ người được giao xử lý xem được, và bị xóa sau {so_ngay} ngày kể từ khi xử lý xong. Tôi có quyền xem, sửa, rút lại đồng ý hoặc yêu cầu xóa bằng mã phiếu {ma_phieu} tại {kenh_lien_he}."},"consent_refused":{"en":"That is fine. Your comment is recorded without a phone number.","vi":"Không sao. Ý kiến của Ông/Bà vẫn được ghi nhận, không kèm số điện thoại."},"idle_warning":{"en":"Are you still there? The screen will reset in {n} seconds.","vi":"Ông/Bà còn đó không? Màn hình sẽ trở về sau {n} giây."},"intro":{"en":"Dear citizen, to serve you better, please answer 9 questions about this visit. The form is anonymous unless you choose to leave a phone number. You may stop at any time; your answers do not affect how your dossier is handled.","vi":"Kính thưa Ông/Bà! Để phục vụ Nhân dân tốt hơn, chúng tôi mong Ông/Bà trả lời 09 câu hỏi về lần giao dịch này. Phiếu ẩn danh, trừ khi Ông/Bà tự để lại số điện thoại. Ông/Bà có thể bỏ dở bất cứ lúc nào; câu trả lời không ảnh hưởng đến việc giải quyết hồ sơ."},"not_a_complaint":{"en":"This form does not replace a formal complaint or denunciation. For that, please see the citizen reception desk.","vi":"Phiếu này không thay cho đơn khiếu nại, tố cáo. Nếu cần khiếu nại, xin gặp bộ phận tiếp công dân."},"offline":{"en":"Saved on this device; it will be sent when the network returns.","vi":"Phiếu đã được lưu trên máy và sẽ gửi khi có mạng."},"privacy_short":{"en":"Anonymous. Results are used only to improve service.","vi":"Phiếu ẩn danh. Kết quả chỉ dùng để nâng cao chất lượng phục vụ."},"qr_caption":{"en":"Or scan the QR code with Zalo or your camera to answer on your phone","vi":"Hoặc quét mã QR bằng Zalo, camera để trả lời trên điện thoại"},"thanks":{"en":"Thank you!","vi":"Xin trân trọng cảm ơn Ông/Bà!"},"thanks_low":{"en":"We are sorry you were not satisfied. Your comment will be passed to the head of the office.","vi":"Chúng tôi xin lỗi vì điều Ông/Bà chưa hài lòng. Ý kiến sẽ được chuyển tới lãnh đạo đơn vị."}},"title":{"en":"Citizen and organisation satisfaction survey at the one-stop office","vi":"Phiếu khảo sát mức độ hài lòng của người dân, tổ chức tại Bộ phận Một cửa"},"version":"1.0.0"}',1795320004438);
CREATE TABLE rollup_answers (
	day DATE NOT NULL, 
	is_dated BOOLEAN NOT NULL, 
	office_id VARCHAR(80) NOT NULL, 
	counter_id VARCHAR(80) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	lane VARCHAR(12) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	questionnaire VARCHAR(120) NOT NULL, 
	question VARCHAR(80) NOT NULL, 
	n1 BIGINT NOT NULL, 
	n2 BIGINT NOT NULL, 
	n3 BIGINT NOT NULL, 
	n4 BIGINT NOT NULL, 
	n5 BIGINT NOT NULL, 
	na BIGINT NOT NULL, 
	ms BIGINT NOT NULL, 
	CONSTRAINT pk_rollup_answers PRIMARY KEY (day, is_dated, office_id, counter_id, channel, lane, status, questionnaire, question)
);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','button','kiosk','quick','sipas-motcua-9@1.0.0','overall',0,0,0,0,1,0,0);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','access',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','attitude',0,1,0,13,0,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','dossier',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','feedback',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','fees',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','overall',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','publicity',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','resolution',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','responsibility',0,0,0,13,1,0,21500);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','partial','sipas-motcua-9@1.0.0','access',0,0,1,0,0,0,900);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','partial','sipas-motcua-9@1.0.0','attitude',0,0,1,0,0,0,900);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','partial','sipas-motcua-9@1.0.0','publicity',0,0,1,0,0,0,900);
INSERT INTO "rollup_answers" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','partial','sipas-motcua-9@1.0.0','responsibility',0,0,1,0,0,0,900);
CREATE TABLE rollup_ballots (
	day DATE NOT NULL, 
	is_dated BOOLEAN NOT NULL, 
	office_id VARCHAR(80) NOT NULL, 
	counter_id VARCHAR(80) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	lane VARCHAR(12) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	n BIGINT NOT NULL, 
	comments BIGINT NOT NULL, 
	contacts BIGINT NOT NULL, 
	flagged BIGINT NOT NULL, 
	CONSTRAINT pk_rollup_ballots PRIMARY KEY (day, is_dated, office_id, counter_id, channel, lane, status)
);
INSERT INTO "rollup_ballots" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','button','kiosk','quick',1,0,0,0);
INSERT INTO "rollup_ballots" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete',14,1,0,0);
INSERT INTO "rollup_ballots" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','partial',1,0,0,0);
CREATE TABLE rollup_reasons (
	day DATE NOT NULL, 
	is_dated BOOLEAN NOT NULL, 
	office_id VARCHAR(80) NOT NULL, 
	counter_id VARCHAR(80) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	lane VARCHAR(12) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	questionnaire VARCHAR(120) NOT NULL, 
	question VARCHAR(80) NOT NULL, 
	reason VARCHAR(80) NOT NULL, 
	n BIGINT NOT NULL, 
	CONSTRAINT pk_rollup_reasons PRIMARY KEY (day, is_dated, office_id, counter_id, channel, lane, status, questionnaire, question, reason)
);
INSERT INTO "rollup_reasons" VALUES('2026-11-22',0,'ban-dan-toc','ban-dan-toc.q1','touch','kiosk','complete','sipas-motcua-9@1.0.0','attitude','attitude.impolite',1);
CREATE TABLE sessions (
	id_hash BLOB NOT NULL, 
	account_id INTEGER NOT NULL, 
	csrf VARCHAR(64) NOT NULL, 
	made_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id_hash), 
	CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE TABLE set_aside (
	id INTEGER NOT NULL, 
	stream_id INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	leaf BLOB NOT NULL, 
	link BLOB, 
	in_chain BOOLEAN NOT NULL, 
	ballot_id BLOB, 
	questionnaire VARCHAR(120), 
	verdict VARCHAR(10) NOT NULL, 
	code VARCHAR(40) NOT NULL, 
	words VARCHAR(60) NOT NULL, 
	raw BLOB, 
	received_at BIGINT NOT NULL, 
	CONSTRAINT pk_set_aside PRIMARY KEY (id), 
	CONSTRAINT fk_set_aside_stream_id FOREIGN KEY(stream_id) REFERENCES streams (id), 
	CONSTRAINT uq_set_aside_stream_id_seq_leaf UNIQUE (stream_id, seq, leaf)
);
CREATE TABLE shown (
	device VARCHAR(80) NOT NULL, 
	boot BIGINT NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	from_ms BIGINT NOT NULL, 
	to_ms BIGINT NOT NULL, 
	CONSTRAINT pk_shown PRIMARY KEY (device, boot, first)
);
CREATE TABLE streams (
	id INTEGER NOT NULL, 
	device VARCHAR(80) NOT NULL, 
	stream VARCHAR(32) NOT NULL, 
	upto BIGINT NOT NULL, 
	head BLOB NOT NULL, 
	first_at BIGINT NOT NULL, 
	CONSTRAINT pk_streams PRIMARY KEY (id), 
	CONSTRAINT uq_streams_device_stream UNIQUE (device, stream)
);
INSERT INTO "streams" VALUES(1,'ks-000001','2c7790ebc031ae436f086a0445ea1d1e',16,X'9666FE4D5C72E71C8AB464E5D17C4DE302DBCAAC91A1FCA8B9492135F2CAB66D',1795320010053);
CREATE INDEX ix_rollup_answers_office_id_day ON rollup_answers (office_id, day);
CREATE INDEX ix_rollup_ballots_office_id_day ON rollup_ballots (office_id, day);
CREATE INDEX ix_rollup_reasons_office_id_day ON rollup_reasons (office_id, day);
CREATE INDEX ix_ballots_office_id_day ON ballots (office_id, day);
CREATE INDEX ix_org_versions_parent_id ON org_versions (parent_id);
CREATE INDEX ix_set_aside_code_questionnaire ON set_aside (code, questionnaire);
COMMIT;
