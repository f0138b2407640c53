(function(){
var code=location.hash.slice(1),field=document.getElementById("ma");
if(!code||!field||!/^[0-9A-Za-z-]{10,11}$/.test(code))return;
try{history.replaceState(null,"",location.pathname+location.search)}catch(e){}
if(!field.value)field.value=code;
})();
