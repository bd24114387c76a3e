from x1 import *
import sys
def dirscores(A,hist,target_from,norm=None,shrink=2.0):
    # transitions learned from pairs (a -> b), b = next (a-1), within train; predict for history weighted most-recent
    C=np.zeros((m,m))
    return C
for name,cut in (("val",2),("test",1)):
    train=mat(age>=cut+1); test=mat(age==cut)
    # learn: items at semester a -> items at a-1, for a>=cut+2
    for what in ("next","alllater"):
        C=np.zeros((m,m)); base=np.zeros(m)
        for a in range(cut+2,7):
            H=mat(age>=a) if what=="alllater" else A[a]
            C+=H.T@A[a-1]
        n_i=np.zeros(m)
        for a in range(cut+2,7): n_i+= (mat(age>=a) if what=="alllater" else A[a])[ (A[a-1].sum(1)>0) ].sum(0)
        for sh in (1,5,20):
            P=C/(n_i[:,None]+sh)
            for H,hn in ((train,"all"),(A[cut+1],"last")):
                print(name,what,sh,hn,*np.round(recall(H@P,train,test),4),flush=True)
